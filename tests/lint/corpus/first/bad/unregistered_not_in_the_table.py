# expect: UNREGISTERED
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, ActivityContext, ActivityDefinition, Frozen, WorkflowContext, retry
from durably.authoring import WorkflowDefinition

MEASURE, RECORD = "measure_water", "record_level"


class Gauge(Frozen):
    """A gauge in a river, and its level."""

    name: str
    level: float = 0


async def measure(_ctx: ActivityContext, gauge: Gauge) -> Gauge:
    """Idempotent because it has no effect."""
    return gauge


def water_level(ctx: WorkflowContext, gauge: Gauge) -> Generator[Any, Any, Gauge]:
    found = Gauge.model_validate((yield ctx.call_activity(MEASURE, input=gauge, retry_policy=retry(LOCAL))))
    yield ctx.call_activity(RECORD, input=found, retry_policy=retry(LOCAL))  # <- UNREGISTERED
    return found


ACTIVITIES = (ActivityDefinition(MEASURE, measure, Gauge),)
WATER_LEVEL_V1 = WorkflowDefinition("water_level", "v1", water_level, Gauge, Gauge)
