# near: DEADLINE
from datetime import timedelta

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def ask_owner(ctx: wf.WorkflowActivityContext, repository: str) -> None: ...


@wfr.activity
def delete(ctx: wf.WorkflowActivityContext, repository: str) -> None: ...


@wfr.workflow
def delete_repository(ctx: wf.DaprWorkflowContext, repository: str):
    yield ctx.call_activity(ask_owner, input=repository)
    keep = ctx.wait_for_external_event("keep")
    month = ctx.create_timer(timedelta(days=30))
    first = yield wf.when_any([keep, month])
    if first == keep:
        return "kept"
    yield ctx.call_activity(delete, input=repository)
    return "deleted"
