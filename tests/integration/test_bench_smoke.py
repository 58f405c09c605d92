"""That the benchmarks run: with five workflows, on the embedded engine. What they measure is not looked at."""

from pathlib import Path

import pytest

from benchmarks.display import Display
from benchmarks.growth import with_activities, with_finished_instances
from benchmarks.measuring import Loads, measure, warm_up
from benchmarks.plan import Plan
from benchmarks.rigs import ApiRig, dapr, embedded
from tests.harness.stack import Stack

FIVE = Loads(in_flight=5, sequential=5)
TINY = Plan(
    rounds=1,
    loads=FIVE,
    activities=(5,),
    activity_budget=5,
    finished=(0, 5),
    store_rounds=1,
    store_load=5,
    idle_s=0.1,
)


async def test_the_embedded_engine_can_be_put_under_load(tmp_path: Path) -> None:
    display = Display()

    async with embedded(tmp_path) as rig:
        await warm_up(rig)
        measured = await measure(rig, FIVE, display)

    assert set(measured.cpu_ms) == {"engine", "worker", "client"}
    assert measured.per_s > 0
    assert display.incidents == []


async def test_our_api_and_worker_can_be_put_under_load(tmp_path: Path) -> None:
    stack = Stack(tmp_path, engine="embedded", worker_module="benchmarks.durably_worker")
    try:
        async with ApiRig(stack) as rig:
            measured = await measure(rig, FIVE, Display())
    finally:
        await stack.stop()

    assert set(measured.cpu_ms) == {"engine", "worker", "api", "client"}


async def test_both_curves_can_be_measured(tmp_path: Path) -> None:
    activities = await with_activities(tmp_path / "activities", TINY, Display(), ("embedded",))
    store = await with_finished_instances(tmp_path / "store", TINY, Display(), ("embedded",))

    assert [(cost.shape, cost.activities) for cost in activities] == [("sequence", 5), ("fan_out", 5)]
    assert [point.finished for point in store] == [0, 5]
    assert all(point.sizes_mib["engine in memory"] > 0 for point in store)


@pytest.mark.dapr
async def test_a_bare_worker_on_dapr_can_be_put_under_load(tmp_path: Path) -> None:
    async with dapr(tmp_path) as rig:
        await warm_up(rig)
        measured = await measure(rig, FIVE, Display())

    assert {"redis", "placement", "scheduler", "daprd", "worker", "client"} <= set(measured.cpu_ms)
