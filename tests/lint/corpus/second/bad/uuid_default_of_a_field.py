# expect: UUID
from uuid import uuid4 as new_id

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


def _ticket(screening: str, seats: list) -> dict:
    return {"screening": screening, "seats": seats, "ticket": str(new_id())}  # <- UUID


@wfr.workflow
def sell_ticket(ctx: wf.DaprWorkflowContext, wish: dict):
    seats = yield ctx.call_activity(block_seats, input=wish)
    ticket = _ticket(wish["screening"], seats)
    yield ctx.call_activity(print_ticket, input=ticket)
    return ticket["ticket"]


@wfr.activity
def block_seats(ctx: wf.WorkflowActivityContext, wish: dict) -> list:
    return wish["seats"]


@wfr.activity
def print_ticket(ctx: wf.WorkflowActivityContext, ticket: dict) -> None: ...
