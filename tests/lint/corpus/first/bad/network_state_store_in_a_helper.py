# expect: NETWORK
from dapr.clients import DaprClient
from dapr.ext.workflow import DaprWorkflowContext


def _already_greeted(customer: str) -> bool:
    with DaprClient() as client:  # <- NETWORK
        return bool(client.get_state("statestore", f"greeted-{customer}").data)


def welcome(ctx: DaprWorkflowContext, customer: str):
    if _already_greeted(customer):
        return "known"
    yield ctx.call_activity("send_welcome", input=customer)
    yield ctx.call_activity("remember_greeting", input=customer)
    return "greeted"
