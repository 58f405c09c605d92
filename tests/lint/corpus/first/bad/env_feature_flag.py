# expect: ENV
import os

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def old_pricing(ctx: wf.WorkflowActivityContext, cart: dict) -> int:
    return sum(line["cents"] for line in cart["lines"])


@wfr.activity
def new_pricing(ctx: wf.WorkflowActivityContext, cart: dict) -> int:
    return sum(line["cents"] * line["count"] for line in cart["lines"])


@wfr.workflow
def price_cart(ctx: wf.DaprWorkflowContext, cart: dict):
    if os.environ.get("NEW_PRICING", "off") == "on":  # <- ENV
        total = yield ctx.call_activity(new_pricing, input=cart)
    else:
        total = yield ctx.call_activity(old_pricing, input=cart)
    return {"cart": cart["id"], "total": total}
