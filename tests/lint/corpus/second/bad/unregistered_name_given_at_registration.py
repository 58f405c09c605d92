# expect: UNREGISTERED
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity(name="wash-car")
def wash_car(ctx: wf.WorkflowActivityContext, car: str) -> str:
    return f"{car} is clean"


@wfr.activity
def dry_car(ctx: wf.WorkflowActivityContext, car: str) -> str:
    return f"{car} is dry"


@wfr.workflow
def car_wash(ctx: wf.DaprWorkflowContext, car: str):
    yield ctx.call_activity("wash_car", input=car)  # <- UNREGISTERED
    yield ctx.call_activity("dry_car", input=car)
    return car
