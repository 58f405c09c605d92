import asyncio


@wfr.workflow
async def wf(ctx, x):  # <- ASYNCIO
    await ctx.call_activity("a", input=x)
    await asyncio.sleep(1)  # <- ASYNCIO


@wfr.activity
async def a(ctx, x):
    await asyncio.sleep(1)
