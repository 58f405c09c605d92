import dapr.ext.workflow as wf
import functools


def charge(ctx: wf.WorkflowActivityContext, order):
    return order


class Acts:
    def ship(self, ctx: wf.WorkflowActivityContext, order):
        return order


acts = Acts()


def w(ctx: wf.DaprWorkflowContext, orders):
    r = [charge(None, o) for o in orders]  # <- DIRECT
    s = list(map(charge, orders))  # <- DIRECT
    t = acts.ship(None, orders)  # <- DIRECT
    yield ctx.call_activity(acts.ship, input=r)
    yield charge  # <- DIRECT
