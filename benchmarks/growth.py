"""How cost grows: with the activities of one workflow, and with the finished instances in the store."""

import statistics
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from itertools import count
from pathlib import Path
from typing import Final, Literal

from benchmarks.cost import resident_mib, size_mib
from benchmarks.display import Display
from benchmarks.figures import Spread, pairwise, turns
from benchmarks.load import run_many
from benchmarks.measuring import Loads, fresh_ids, measure, warm_up
from benchmarks.plan import Plan
from benchmarks.results import ActivityCost, EngineName, Measured, StorePoint
from benchmarks.rigs import BareRig, dapr, embedded
from benchmarks.workload import FAN_OUT, SEQUENCE

Make = Callable[[Path], BareRig]

ENGINES: Final[dict[EngineName, Make]] = {"embedded": embedded, "dapr": dapr}

_FILLING: Final = 64
"""Workflows in flight while a store is filled; nothing is measured then."""

_SHAPES: Final[tuple[tuple[Literal["sequence", "fan_out"], str], ...]] = (("sequence", SEQUENCE), ("fan_out", FAN_OUT))


async def with_activities(
    folder: Path, plan: Plan, display: Display, engines: Sequence[EngineName]
) -> list[ActivityCost]:
    """Time for each activity in workflows of more and more activities, one after the other and all at once."""
    found: list[ActivityCost] = []
    display.begin("activities", len(plan.activities) * len(_SHAPES) * len(engines))
    async with AsyncExitStack() as stack:
        rigs = {name: await stack.enter_async_context(ENGINES[name](folder / name)) for name in engines}
        for rig in rigs.values():
            await warm_up(rig)
        for size in plan.activities:
            for shape, workflow in _SHAPES:
                for name, rig in rigs.items():
                    times = [await _timed(rig, workflow, size) for _ in range(plan.repetitions(size))]
                    spread = Spread.of([seconds * 1_000 / size for seconds in times])
                    found.append(ActivityCost(engine=name, shape=shape, activities=size, ms_per_activity=spread))
                    display.done(f"{name}, {shape} of {size}: {spread.median:.2f} ms an activity")
    return found


async def _timed(rig: BareRig, workflow: str, size: int) -> float:
    [instance_id] = fresh_ids(1)
    begun = time.perf_counter()
    await rig.run(instance_id, workflow, size)
    return time.perf_counter() - begun


async def with_finished_instances(
    folder: Path, plan: Plan, display: Display, engines: Sequence[EngineName]
) -> list[StorePoint]:
    """Throughput with more and more finished instances in the store, each time beside an engine started empty."""
    found: list[StorePoint] = []
    display.begin("store", len(plan.finished) * len(engines))
    for name in engines:
        number = count()
        async with ENGINES[name](folder / name) as grown:
            await warm_up(grown)
            finished = 0
            for target in plan.finished:
                missing = max(0, target - finished)
                await run_many(grown.run, fresh_ids(missing), in_flight=_FILLING, deadline_s=600)
                finished += missing
                async with ENGINES[name](folder / f"{name}-empty-{next(number)}") as empty:
                    await warm_up(empty)
                    point = await _beside(grown, empty, plan, display, engine=name, finished=finished)
                found.append(point)
                finished += plan.store_rounds * plan.store_load
                display.done(f"{name}, {point.finished} finished: {point.kept.median:.2f} of an empty one")
    return found


async def _beside(
    grown: BareRig, empty: BareRig, plan: Plan, display: Display, *, engine: EngineName, finished: int
) -> StorePoint:
    rigs = (grown, empty)
    rounds: tuple[list[Measured], list[Measured]] = ([], [])
    for order in turns(plan.store_rounds):
        for side in order:
            rounds[side].append(await measure(rigs[side], Loads(plan.store_load, 0), display))
    speeds = [[measured.per_s for measured in side] for side in rounds]
    return StorePoint(
        engine=engine,
        finished=finished,
        per_s=Spread.of(speeds[0]),
        empty_per_s=Spread.of(speeds[1]),
        kept=pairwise(speeds[0], speeds[1]),
        sizes_mib=_sizes(grown),
        cpu_ms=mean_cost(rounds[0]),
        empty_cpu_ms=mean_cost(rounds[1]),
    )


def mean_cost(rounds: Sequence[Measured]) -> dict[str, float]:
    """Processor time of each process for one workflow, over all rounds."""
    return {name: statistics.fmean(measured.cpu_ms[name] for measured in rounds) for name in rounds[0].cpu_ms}


def _sizes(rig: BareRig) -> dict[str, float]:
    """What can grow: files, and the memory of every process."""
    folder = rig.engine.folder
    files = {path.name: size_mib(path) for path in (*folder.glob("engine.db*"), folder / "redis", folder / "etcd")}
    there = {f"{name} on disk": size for name, size in files.items() if size}
    return there | {f"{name} in memory": resident_mib(process) for name, process in rig.processes.items()}
