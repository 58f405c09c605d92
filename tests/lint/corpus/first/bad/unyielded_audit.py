# expect: UNYIELDED
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
def change_address(ctx: wf.DaprWorkflowContext, change: dict):
    yield ctx.call_activity(write_address, input=change)
    ctx.call_activity(write_audit, input={"who": change["customer"], "what": "address"})  # <- UNYIELDED
    return "changed"


@wfr.activity
def write_address(ctx: wf.WorkflowActivityContext, change: dict) -> None: ...


@wfr.activity
def write_audit(ctx: wf.WorkflowActivityContext, entry: dict) -> None: ...
