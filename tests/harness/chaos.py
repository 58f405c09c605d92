"""Activities as on a bad day: late, twice at once, again long after, without effect, or without an answer."""

import asyncio
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition

_LATEST_S: Final = 0.15


class ChaosError(Exception):
    """What happens on such a day; nothing is wrong with the activity."""


class Chaos:
    """Decides over each execution; calm until it is told otherwise.

    An engine may deliver an activity again while it runs, or when it has long ended: a worker that was taken for dead
    wakes up. So a repetition may go on after its workflow has ended; `settled` waits for those.
    """

    def __init__(self) -> None:
        self._chance = random.Random(0)  # noqa: S311 - no secret
        self._rough = False
        self._late: set[asyncio.Task[Any]] = set()

    def unleash(self, seed: int) -> None:
        """Begin a bad day; the same seed is the same day, as far as the order of events is."""
        self._chance, self._rough = random.Random(seed), True  # noqa: S311 - no secret

    def calm(self) -> None:
        """What runs from now on runs as it should."""
        self._rough = False

    async def settled(self) -> None:
        """Return once every late repetition has ended."""
        while self._late:
            await asyncio.wait(self._late)

    def around(self, activities: Sequence[ActivityDefinition]) -> tuple[ActivityDefinition, ...]:
        """The same activities, with this around them."""
        return tuple(self._around(activity) for activity in activities)

    def _around(self, activity: ActivityDefinition) -> ActivityDefinition:
        async def run(ctx: ActivityContext, given: Any) -> Any:
            if not self._rough:
                return await activity.run(ctx, given)
            fate = self._chance.choice(("fine", "fine", "late", "twice", "again later", "no effect", "no answer"))
            if fate == "no effect":
                raise ChaosError(f"{activity.name} did not happen")
            if fate == "late":
                await self._pause()
            if fate == "twice":
                return (await asyncio.gather(activity.run(ctx, given), activity.run(ctx, given)))[-1]
            result = await activity.run(ctx, given)
            if fate == "again later":
                self._repeat(activity, ctx, given)
            if fate == "no answer":
                raise ChaosError(f"nobody heard that {activity.name} happened")
            return result

        return replace(activity, run=run)

    def _repeat(self, activity: ActivityDefinition, ctx: ActivityContext, given: Any) -> None:
        async def repeat() -> None:
            await self._pause()
            await asyncio.gather(activity.run(ctx, given), return_exceptions=True)

        task = asyncio.create_task(repeat())
        self._late.add(task)
        task.add_done_callback(self._late.discard)

    async def _pause(self) -> None:
        await asyncio.sleep(self._chance.uniform(0, _LATEST_S))
