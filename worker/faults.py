"""Failure as a feature: activities that can be made slow, so that a worker can be killed in the middle of one."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition


def delayed(
    activities: tuple[ActivityDefinition, ...], delays_s: Mapping[str, float]
) -> tuple[ActivityDefinition, ...]:
    """The activities, the named ones made slow.

    Args:
        activities: The table of activities.
        delays_s: Seconds by activity name; half of them pass before the effect and half after, so that a worker
            killed in the second half has done the effect and not recorded it.

    Raises:
        ValueError: A name is that of no activity.
    """
    if unknown := sorted(delays_s.keys() - {activity.name for activity in activities}):
        raise ValueError(f"there is no activity {', '.join(unknown)} to be made slow")
    return tuple(_slow(a, delays_s[a.name]) if delays_s.get(a.name) else a for a in activities)


def _slow(activity: ActivityDefinition, delay_s: float) -> ActivityDefinition:
    async def run(ctx: ActivityContext, given: Any) -> Any:
        await asyncio.sleep(delay_s / 2)
        result = await activity.run(ctx, given)
        await asyncio.sleep(delay_s / 2)
        return result

    return replace(activity, run=run)
