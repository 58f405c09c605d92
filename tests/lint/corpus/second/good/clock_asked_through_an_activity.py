# near: CLOCK
import time
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, ActivityContext, ActivityDefinition, Frozen, WorkflowContext, WorkflowDefinition
from durably.authoring import retry


class Lap(Frozen):
    """A lap of a race, and when it ended."""

    runner: str
    ended: float = 0


def _exactly() -> float:
    return time.time_ns() / 1e9


async def stop_lap(_ctx: ActivityContext, lap: Lap) -> Lap:
    """Not idempotent, and need not be: the attempt that is recorded counts."""
    return lap.model_copy(update={"ended": _exactly()})


def race(ctx: WorkflowContext, lap: Lap) -> Generator[Any, Any, Lap]:
    for _ in range(3):
        lap = Lap.model_validate((yield ctx.call_activity("stop_lap", input=lap, retry_policy=retry(LOCAL))))
    return lap


ACTIVITIES = (ActivityDefinition("stop_lap", stop_lap, Lap),)
RACE_V1 = WorkflowDefinition("race", "v1", race, Lap, Lap)
