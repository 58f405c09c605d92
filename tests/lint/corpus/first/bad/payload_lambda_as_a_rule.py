# expect: PAYLOAD
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def prune(ctx: WorkflowContext, shelf: dict[str, Any]) -> Generator[Any, Any, int]:
    """Throw out the books that nobody borrowed."""
    rule = {"shelf": shelf["id"], "keep": lambda book: book["loans"] > 0}  # <~ PAYLOAD
    removed = yield ctx.call_activity("remove_books", input=rule, retry_policy=retry(LOCAL))  # <- PAYLOAD
    again = yield ctx.call_activity("remove_covers", input=lambda cover: not cover)  # <- PAYLOAD
    return removed + again
