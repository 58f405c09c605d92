"""What the behaviours' activities and a test share while they run in one process."""

import asyncio
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from typing import Any

from pydantic import RootModel

from durably.engine.activity import ActivityContext


class Anything(RootModel[Any]):
    """An input that is any JSON value."""


@dataclass(frozen=True, slots=True)
class Run:
    """One time that an activity's code ran."""

    activity: str
    ctx: ActivityContext
    payload: Any
    at: float = field(default_factory=time.monotonic)


class World:
    """What ran, and gates that activities wait at until the test opens them."""

    def __init__(self) -> None:
        self.runs: list[Run] = []
        self.waiting: Counter[str] = Counter()
        self._gates: defaultdict[str, asyncio.Event] = defaultdict(asyncio.Event)

    def record(self, activity: str, ctx: ActivityContext, payload: Any) -> None:
        """Remember a run."""
        self.runs.append(Run(activity, ctx, payload))

    def of(self, instance_id: str, activity: str | None = None) -> list[Run]:
        """What ran for an instance."""
        return [r for r in self.runs if r.ctx.instance_id == instance_id and activity in {None, r.activity}]

    def open(self, gate: str) -> None:
        """Let everything pass that waits at a gate, or will."""
        self._gates[gate].set()

    async def pass_gate(self, gate: str) -> None:
        """Wait until the test opens the gate."""
        self.waiting[gate] += 1
        try:
            await self._gates[gate].wait()
        finally:
            self.waiting[gate] -= 1
