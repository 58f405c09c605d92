# near: DEADLINE
from datetime import timedelta

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def ring(ctx: wf.WorkflowActivityContext, flat: str) -> None: ...


def _wait(ctx: wf.DaprWorkflowContext, name: str, patience: timedelta):
    try:
        return (yield ctx.wait_for_external_event(name, timeout=patience))
    except TimeoutError:
        return None


@wfr.workflow
def visit(ctx: wf.DaprWorkflowContext, flat: str):
    for minutes in (1, 2, 4):
        yield ctx.call_activity(ring, input=flat)
        answer = yield from _wait(ctx, f"door-{flat}", timedelta(minutes=minutes))
        if answer is not None:
            return answer
    return "nobody was at home"
