# expect: DIRECT
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def total_of(ctx: wf.WorkflowActivityContext, cart: dict) -> int:
    return sum(line["cents"] for line in cart["lines"])


@wfr.activity
def charge(ctx: wf.WorkflowActivityContext, payment: dict) -> dict:
    return {"paid": payment["cents"]}


@wfr.workflow
def checkout(ctx: wf.DaprWorkflowContext, cart: dict):
    total = yield total_of(ctx, cart)  # <- DIRECT
    return (yield ctx.call_activity(charge, input={"cart": cart["id"], "cents": total}))
