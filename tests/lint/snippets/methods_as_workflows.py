import dapr.ext.workflow as wf
from datetime import timedelta

wfr = wf.WorkflowRuntime()


class Orders:
    def __init__(self, store):
        self.store = store
        self.count = 0

    def run(self, ctx: wf.DaprWorkflowContext, order):
        self.count += 1  # <- GLOBALS
        x = self._now(ctx)
        yield ctx.call_activity(self.charge, input=order)

    def _now(self, ctx):
        import time

        return time.time()  # <- CLOCK

    def charge(self, ctx, order):
        print("x")

    @staticmethod
    def other(ctx: wf.DaprWorkflowContext, order):
        yield ctx.create_timer(timedelta(seconds=5))


wfr.register_workflow(Orders(None).run)
wfr.register_activity(Orders(None).charge)
