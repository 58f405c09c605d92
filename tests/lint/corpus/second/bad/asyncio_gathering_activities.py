# expect: ASYNCIO
import asyncio

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def seat(ctx: wf.WorkflowActivityContext, guest: str) -> str:
    return f"seat for {guest}"


@wfr.activity
def menu(ctx: wf.WorkflowActivityContext, guest: str) -> str:
    return f"menu for {guest}"


@wfr.workflow
async def welcome_guest(ctx: wf.DaprWorkflowContext, guest: str):  # <- ASYNCIO
    tasks = [ctx.call_activity(seat, input=guest), ctx.call_activity(menu, input=guest)]
    return await asyncio.gather(*tasks)  # <- ASYNCIO
