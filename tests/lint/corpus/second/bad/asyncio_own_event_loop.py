# expect: ASYNCIO
import asyncio as aio
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


async def _cheapest(offers: list[dict[str, Any]]) -> dict[str, Any]:
    return min(offers, key=lambda offer: offer["cents"])


def buy_power(ctx: WorkflowContext, need: dict[str, Any]) -> Generator[Any, Any, str]:
    offers = yield ctx.call_activity("offers", input=need, retry_policy=retry(LOCAL))
    loop = aio.new_event_loop()  # <- ASYNCIO
    best = loop.run_until_complete(_cheapest(offers))  # <~ ASYNCIO
    yield ctx.call_activity("accept_offer", input=best, retry_policy=retry(LOCAL))
    return best["supplier"]
