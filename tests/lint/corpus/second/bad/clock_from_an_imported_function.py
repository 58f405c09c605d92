# expect: CLOCK
from time import time

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow(name="park_car")
def park_car(ctx: wf.DaprWorkflowContext, ticket: dict):
    """Let a car in, wait for the payment machine, and let it out."""
    ticket["entered"] = int(time())  # <- CLOCK
    place = yield ctx.call_activity(find_place, input=ticket)
    return {"place": place, "entered": ticket["entered"]}


@wfr.activity(name="find_place")
def find_place(ctx: wf.WorkflowActivityContext, ticket: dict) -> int:
    return hash(ticket["plate"]) % 400
