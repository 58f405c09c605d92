# expect: PAYLOAD
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
def transfer_seat(ctx: wf.DaprWorkflowContext, booking: dict):
    free = yield ctx.call_activity(seat_is_free, booking["flight"], booking["seat"])  # <- PAYLOAD
    return "moved" if free else "kept"


@wfr.activity
def seat_is_free(ctx: wf.WorkflowActivityContext, flight: str) -> bool:
    return flight != "full"
