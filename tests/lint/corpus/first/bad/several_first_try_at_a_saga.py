# expect: CATCH_ALL, DEADLINE, UNYIELDED
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def reserve_room(ctx: wf.WorkflowActivityContext, stay: dict) -> str:
    return f"room for {stay['guest']}"


@wfr.activity
def release_room(ctx: wf.WorkflowActivityContext, room: str) -> None: ...


@wfr.workflow
def book_stay(ctx: wf.DaprWorkflowContext, stay: dict):
    room = yield ctx.call_activity(reserve_room, input=stay)
    try:
        paid = yield ctx.wait_for_external_event("paid")  # <- DEADLINE
    except Exception:  # <- CATCH_ALL
        ctx.call_activity(release_room, input=room)  # <- UNYIELDED
        return "not paid"
    return f"{room}, paid {paid}"
