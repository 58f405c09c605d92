# expect: UNBOUNDED
from datetime import timedelta

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def submit(ctx: wf.WorkflowActivityContext, model: str) -> str:
    return f"run-{model}"


@wfr.activity
def status_of(ctx: wf.WorkflowActivityContext, run: str) -> str:
    return "done" if run else "running"


def _finished(ctx: wf.DaprWorkflowContext, run: str):
    while True:  # <- UNBOUNDED
        status = yield ctx.call_activity(status_of, input=run)
        if status in ("done", "failed"):
            return status
        yield ctx.create_timer(timedelta(minutes=1))


@wfr.workflow
def train(ctx: wf.DaprWorkflowContext, model: str):
    run = yield ctx.call_activity(submit, input=model)
    return (yield from _finished(ctx, run))
