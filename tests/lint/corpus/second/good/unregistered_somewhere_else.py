# near: UNREGISTERED
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()

LABEL = "print-label"
CUSTOMS = "customs"


@wfr.activity(name=LABEL)
def print_label(ctx: wf.WorkflowActivityContext, parcel: dict) -> str:
    return f"label of {parcel['id']}"


@wfr.versioned_workflow(name="export", is_latest=True)
def export_v2(ctx: wf.DaprWorkflowContext, parcel: dict):
    label = yield ctx.call_activity(LABEL, input=parcel)
    cleared = yield ctx.call_activity("clear", input=parcel, app_id=CUSTOMS)
    if parcel.get("inner"):
        yield ctx.call_child_workflow("export", input=parcel["inner"])
    return {"label": label, "cleared": cleared}
