# expect: THREADS
import threading
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def move_funds(ctx: WorkflowContext, transfer: dict[str, Any]) -> Generator[Any, Any, str]:
    guard = threading.Lock()  # <- THREADS
    with guard:
        yield ctx.call_activity("debit", input=transfer, retry_policy=retry(LOCAL))
        yield ctx.call_activity("credit", input=transfer, retry_policy=retry(LOCAL))
    return "moved"
