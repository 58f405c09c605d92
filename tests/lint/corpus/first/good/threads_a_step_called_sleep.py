# near: THREADS
from collections.abc import Generator
from datetime import timedelta
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def sleep(ctx: WorkflowContext, seconds: float) -> Any:
    """A durable pause, to be yielded."""
    return ctx.create_timer(timedelta(seconds=seconds))


def bake(ctx: WorkflowContext, loaf: dict[str, Any]) -> Generator[Any, Any, str]:
    yield ctx.call_activity("knead", input=loaf, retry_policy=retry(LOCAL))
    yield sleep(ctx, 3_600)
    yield ctx.call_activity("bake", input=loaf, retry_policy=retry(LOCAL))
    yield sleep(ctx, loaf["minutes"] * 60)
    return "baked"
