# expect: UNYIELDED
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
def print_badge(ctx: wf.DaprWorkflowContext, visitor: dict):
    photo = yield ctx.call_activity(take_photo, input=visitor["gate"])
    badge = ctx.call_activity(print_card, input={"name": visitor["name"], "photo": photo})  # <- UNYIELDED
    for door in visitor["doors"]:
        yield ctx.call_activity(open_door, input=door)
    return visitor["name"]


@wfr.activity
def take_photo(ctx: wf.WorkflowActivityContext, gate: str) -> str:
    return f"{gate}.jpg"


@wfr.activity
def print_card(ctx: wf.WorkflowActivityContext, card: dict) -> None: ...


@wfr.activity
def open_door(ctx: wf.WorkflowActivityContext, door: str) -> None: ...
