# expect: UNREGISTERED
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


def book_hotel(ctx: wf.WorkflowActivityContext, trip: dict) -> str:
    return f"room in {trip['city']}"


def book_train(ctx: wf.WorkflowActivityContext, trip: dict) -> str:
    return f"seat to {trip['city']}"


def plan_trip(ctx: wf.DaprWorkflowContext, trip: dict):
    room = yield ctx.call_activity("book_hotel", input=trip)
    seat = yield ctx.call_activity("book_trian", input=trip)  # <- UNREGISTERED
    return {"room": room, "seat": seat}


def main() -> None:
    wfr.register_workflow(plan_trip)
    wfr.register_activity(book_hotel)
    wfr.register_activity(book_train)
    wfr.start()
