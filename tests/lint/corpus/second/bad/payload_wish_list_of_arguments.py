# expect: PAYLOAD
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def book(ctx: wf.WorkflowActivityContext, trip: dict) -> str:
    return f"{trip['city']}, {trip['nights']} nights"


def book_trip(ctx: wf.DaprWorkflowContext, city: str, nights: int = 1, breakfast: bool = False):  # <- PAYLOAD
    return (yield ctx.call_activity(book, input={"city": city, "nights": nights, "breakfast": breakfast}))


wfr.register_workflow(book_trip, name="book_trip")
