# expect: RANDOM
from random import choice as pick

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()

COURIERS = ("north", "south", "harbour")


@wfr.workflow
def deliver_flowers(ctx: wf.DaprWorkflowContext, order: dict):
    courier = pick(COURIERS)  # <- RANDOM
    yield ctx.call_activity(hand_over, input={"order": order["id"], "courier": courier})
    return courier


@wfr.activity
def hand_over(ctx: wf.WorkflowActivityContext, handover: dict) -> None:
    print("handed over", handover)
