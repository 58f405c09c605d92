# near: PAYLOAD
import dapr.ext.workflow as wf


class Fleet:
    """Workflows and activities of a fleet; the class is only their namespace."""

    @staticmethod
    def refuel(ctx: wf.WorkflowActivityContext, car: dict) -> str:
        return f"{car['plate']} at {car['depot']}"

    @staticmethod
    def service(ctx: wf.DaprWorkflowContext, car: dict):
        wanted = Fleet.order(car["plate"], car.get("depot", "west"), urgent=False)
        yield ctx.call_activity("refuel", input=wanted)
        return car["plate"]

    @staticmethod
    def order(plate: str, depot: str, *, urgent: bool) -> dict:
        return {"plate": plate, "depot": depot, "urgent": urgent}


def register(runtime: wf.WorkflowRuntime) -> None:
    runtime.register_activity(Fleet.refuel, name="refuel")
    runtime.register_workflow(Fleet.service, name="service")
