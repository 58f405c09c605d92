"""Putting a side under load, and what is noted meanwhile."""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from typing import Final

from benchmarks.clients import UnfinishedError
from benchmarks.cost import busy_seconds, cpu_seconds
from benchmarks.display import Display
from benchmarks.load import run_many
from benchmarks.results import Measured
from benchmarks.rigs import Rig

IN_FLIGHT: Final = 32
_WARM_UP: Final = 64
_SETTLED_WITHIN_S: Final = 10

_serial = count()


@dataclass(frozen=True, slots=True)
class Loads:
    """How much is run for one measurement.

    Attributes:
        in_flight: Workflows with 32 in flight.
        sequential: Workflows one after the other.
    """

    in_flight: int
    sequential: int


def fresh_ids(number: int) -> list[str]:
    """Ids that no other load has."""
    return [f"bench-{next(_serial)}" for _ in range(number)]


async def warm_up(rig: Rig) -> None:
    """Bring connections, caches and compiled code to where they stay.

    A workflow that is started while Dapr still spreads the word about a new worker may wait for its next reminder, so
    the first ones are given up soon and count for nothing.
    """

    async def patiently(instance_id: str) -> None:
        with suppress(TimeoutError, UnfinishedError):
            async with asyncio.timeout(_SETTLED_WITHIN_S):
                await rig.run(instance_id)

    for number, in_flight in ((3, 1), (_WARM_UP, IN_FLIGHT)):
        await run_many(patiently, fresh_ids(number), in_flight=in_flight)


async def measure(rig: Rig, loads: Loads, display: Display, *, again: int = 2) -> Measured:
    """Throughput with 32 in flight and what a workflow costs each process; then latency one after the other.

    Args:
        rig: The side.
        loads: How much is run.
        display: Told of each round that a workflow got stuck in.
        again: How often a round in which a workflow got stuck is measured anew.
    """
    try:
        return await _measure(rig, loads)
    except* (TimeoutError, UnfinishedError) as stuck:
        if not again:
            raise
        display.incident(f"measured again: {stuck.exceptions[0]!r}")
    return await measure(rig, loads, display, again=again - 1)


async def _measure(rig: Rig, loads: Loads) -> Measured:
    before, machine_before = cpu_seconds(rig.processes), busy_seconds()
    busy = await run_many(rig.run, fresh_ids(loads.in_flight), in_flight=IN_FLIGHT)
    after, machine_after = cpu_seconds(rig.processes), busy_seconds()
    ours_s = {name: after[name] - before[name] for name in before}
    others_s = machine_after - machine_before - sum(ours_s.values())
    alone = await run_many(rig.run, fresh_ids(loads.sequential), in_flight=1) if loads.sequential else None
    return Measured(
        per_s=busy.per_s,
        loaded_p50_ms=busy.p50_ms,
        loaded_p99_ms=busy.p99_ms,
        p50_ms=alone.p50_ms if alone else None,
        p99_ms=alone.p99_ms if alone else None,
        cpu_ms={name: seconds * 1_000 / loads.in_flight for name, seconds in ours_s.items()},
        others_percent=max(0.0, others_s / (busy.elapsed_s * len(os.sched_getaffinity(0))) * 100),
    )
