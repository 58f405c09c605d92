"""Closed-loop load: so many workflows, so many in flight, each waited for to its end."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

from benchmarks.figures import percentile

RunOne = Callable[[str], Awaitable[None]]
"""Starts the instance with this id and returns when it has completed."""


@dataclass(frozen=True, slots=True)
class Sample:
    """One round of load.

    Attributes:
        elapsed_s: From the first start to the last end.
        latencies_s: From start to end of each workflow.
    """

    elapsed_s: float
    latencies_s: tuple[float, ...]

    @property
    def per_s(self) -> float:
        """Workflows per second."""
        return len(self.latencies_s) / self.elapsed_s

    @property
    def p50_ms(self) -> float:
        """Median latency."""
        return percentile(self.latencies_s, 50) * 1_000

    @property
    def p99_ms(self) -> float:
        """Latency that one in a hundred exceeds."""
        return percentile(self.latencies_s, 99) * 1_000


async def run_many(run: RunOne, ids: Iterable[str], *, in_flight: int, deadline_s: float = 120) -> Sample:
    """Run every instance, never more than `in_flight` at once.

    Args:
        run: Runs one.
        ids: Their ids.
        in_flight: How many at once; 1 is one after the other.
        deadline_s: Seconds after which something is wrong.

    Raises:
        TimeoutError: They take unreasonably long.
    """
    waiting = iter(ids)
    latencies: list[float] = []

    async def take_turns() -> None:
        for instance_id in waiting:
            begun = time.perf_counter()
            await run(instance_id)
            latencies.append(time.perf_counter() - begun)

    begun = time.perf_counter()
    async with asyncio.timeout(deadline_s), asyncio.TaskGroup() as group:
        for _ in range(in_flight):
            group.create_task(take_turns())
    return Sample(time.perf_counter() - begun, tuple(latencies))
