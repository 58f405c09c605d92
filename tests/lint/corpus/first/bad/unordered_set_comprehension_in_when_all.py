# expect: UNORDERED
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry, when_all


def close_books(ctx: WorkflowContext, postings: list[dict[str, Any]]) -> Generator[Any, Any, int]:
    """Close each account that was touched, all at once."""
    yield when_all(
        [
            ctx.call_activity("close_account", input=account, retry_policy=retry(LOCAL))
            for account in {posting["account"] for posting in postings}  # <- UNORDERED
        ]
    )
    return len(postings)
