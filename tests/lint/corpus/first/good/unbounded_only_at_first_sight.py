# near: UNBOUNDED
from collections.abc import Generator
from datetime import timedelta
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def _digits(number: int) -> int:
    total = 0
    while True:
        total += number % 10
        number //= 10
        if not number:
            return total


def wait_for_index(ctx: WorkflowContext, index: dict[str, Any]) -> Generator[Any, Any, str]:
    """Look twelve times, and give up."""
    for attempt in range(12):
        if (yield ctx.call_activity("index_ready", input=index["name"], retry_policy=retry(LOCAL))):
            return f"ready, {_digits(attempt)}"
        yield ctx.create_timer(timedelta(seconds=2**attempt))
    return "given up"
