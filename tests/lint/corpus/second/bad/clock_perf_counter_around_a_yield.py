# expect: CLOCK
import time as clock
from collections.abc import Generator
from typing import Any

from durably.authoring import OUTBOUND, WorkflowContext, retry


class Stopwatch:
    """How long something took."""

    def __init__(self) -> None:
        self.begun = clock.perf_counter()  # <- CLOCK

    def seconds(self) -> float:
        return clock.perf_counter() - self.begun  # <- CLOCK


def transcribe(ctx: WorkflowContext, talk: dict[str, Any]) -> Generator[Any, Any, dict[str, Any]]:
    watch = Stopwatch()
    text = yield ctx.call_activity("transcribe", input=talk["audio"], retry_policy=retry(OUTBOUND))
    return {"talk": talk["id"], "words": len(text.split()), "seconds": watch.seconds()}
