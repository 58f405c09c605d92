# expect: GLOBALS
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry

SEEN: list[str] = []


def deduplicate(ctx: WorkflowContext, message: dict[str, Any]) -> Generator[Any, Any, str]:
    if message["id"] in SEEN:  # <- GLOBALS
        return "seen before"
    SEEN.append(message["id"])  # <- GLOBALS
    yield ctx.call_activity("handle_message", input=message, retry_policy=retry(LOCAL))
    return "handled"
