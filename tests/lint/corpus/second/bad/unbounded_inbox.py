# expect: UNBOUNDED
from collections.abc import Generator
from datetime import timedelta
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def inbox(ctx: WorkflowContext, address: str) -> Generator[Any, Any, int]:
    """Handle messages as they come, until a week brings none."""
    handled = 0
    while 1:  # <- UNBOUNDED
        try:
            message = yield ctx.wait_for_external_event("message", timeout=timedelta(weeks=1))
        except TimeoutError:
            return handled
        yield ctx.call_activity("handle", input={"to": address, **message}, retry_policy=retry(LOCAL))
        handled += 1
