# near: ASYNCIO
import asyncio

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
async def deliver(ctx: wf.WorkflowActivityContext, pizza: dict) -> str:
    await asyncio.sleep(0.5)
    return f"{pizza['name']} delivered"


@wfr.workflow
def order_pizza(ctx: wf.DaprWorkflowContext, pizza: dict):
    ctx.set_custom_status("awaiting delivery")
    gather = [ctx.call_activity(deliver, input={**pizza, "number": number}) for number in range(pizza["count"])]
    delivered = yield wf.when_all(gather)
    return delivered
