# expect: ASYNCIO
import asyncio
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


async def _shares(total: int, people: int) -> list[int]:
    share, rest = divmod(total, people)
    return [share + (place < rest) for place in range(people)]


def split_bill(ctx: WorkflowContext, bill: dict[str, Any]) -> Generator[Any, Any, list[int]]:
    shares = asyncio.run(_shares(bill["cents"], len(bill["people"])))  # <- ASYNCIO
    for person, share in zip(bill["people"], shares, strict=True):
        yield ctx.call_activity("ask_for", input={"who": person, "cents": share}, retry_policy=retry(LOCAL))
    return shares
