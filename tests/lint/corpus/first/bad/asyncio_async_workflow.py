# expect: ASYNCIO
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
async def onboard(ctx: wf.DaprWorkflowContext, person: dict):  # <- ASYNCIO
    account = await ctx.call_activity(create_account, input=person)  # <~ ASYNCIO
    return account


@wfr.activity
def create_account(ctx: wf.WorkflowActivityContext, person: dict) -> dict:
    return {"login": person["name"].lower()}
