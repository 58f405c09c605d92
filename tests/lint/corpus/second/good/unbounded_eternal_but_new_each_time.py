# near: UNBOUNDED
from collections.abc import Generator
from datetime import timedelta
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def heartbeat(ctx: WorkflowContext, device: dict[str, Any]) -> Generator[Any, Any, None]:
    """Ask a device each minute, for ever: every ask is a new run."""
    alive = yield ctx.call_activity("ping", input=device["id"], retry_policy=retry(LOCAL))
    misses = 0 if alive else device.get("misses", 0) + 1
    if misses == 3:
        yield ctx.call_activity("raise_alarm", input=device["id"], retry_policy=retry(LOCAL))
    yield ctx.create_timer(timedelta(minutes=1))
    ctx.continue_as_new({"id": device["id"], "misses": misses})
