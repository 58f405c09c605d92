# near: THREADS
from collections.abc import Generator
from datetime import timedelta
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


class Needle:
    """Knits from a thread."""

    def __init__(self, thread: str) -> None:
        self.thread = thread
        self.queue: list[str] = []

    def put(self, stitch: str) -> None:
        self.queue.append(f"{self.thread}:{stitch}")


def knit(ctx: WorkflowContext, pattern: dict[str, Any]) -> Generator[Any, Any, int]:
    needle = Needle(thread=pattern["wool"])
    for stitch in pattern["stitches"]:
        needle.put(stitch)
    yield ctx.call_activity("knit_row", input=needle.queue, retry_policy=retry(LOCAL))
    yield ctx.create_timer(timedelta(minutes=len(needle.queue)))
    return len(needle.queue)
