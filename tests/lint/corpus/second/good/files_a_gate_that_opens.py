# near: FILES
import dapr.ext.workflow as wf


def open(gate: str) -> dict:
    """The order to open a gate; the activity sends it."""
    return {"gate": gate, "action": "open"}


def let_train_pass(ctx: wf.DaprWorkflowContext, crossing: dict):
    for gate in crossing["gates"]:
        yield ctx.call_activity("send_order", input={"gate": gate, "action": "close"})
    yield ctx.call_activity("signal_train", input=crossing["train"])
    for gate in crossing["gates"]:
        yield ctx.call_activity("send_order", input=open(gate))
