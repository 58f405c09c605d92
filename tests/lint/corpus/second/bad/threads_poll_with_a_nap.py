# expect: THREADS
import time
from collections.abc import Generator
from typing import Any

from durably.authoring import OUTBOUND, WorkflowContext, retry


def _nap(attempt: int) -> None:
    time.sleep(min(2**attempt, 60))  # durably: allow[CLOCK] a nap reads no clock  # <- THREADS


def wait_for_certificate(ctx: WorkflowContext, domain: str) -> Generator[Any, Any, bool]:
    yield ctx.call_activity("order_certificate", input=domain, retry_policy=retry(OUTBOUND))
    for attempt in range(10):
        if (yield ctx.call_activity("certificate_ready", input=domain, retry_policy=retry(OUTBOUND))):
            return True
        _nap(attempt)
    return False
