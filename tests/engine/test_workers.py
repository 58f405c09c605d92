"""Several workers at once, workers that vanish, workers that stop in good order."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from durably.contracts.instances import InstanceStatus
from durably.engine.client import EngineClient
from tests.harness.behaviours.registry import behaviours
from tests.harness.behaviours.worker import READY_LINE
from tests.harness.behaviours.world import World
from tests.harness.ledger import Ledger
from tests.harness.processes import Process, says, start_all
from tests.harness.runner import Host, Runner
from tests.harness.stack import Engine
from tests.harness.waiting import true, until


@pytest.fixture
def runner(client: EngineClient) -> Runner:
    """These tests bring workers of their own."""
    return Runner(client)


@pytest_asyncio.fixture(loop_scope="session")
async def two_workers(engine: Engine, tmp_path: Path) -> AsyncIterator[tuple[Process, Process]]:
    """Two worker processes, connected."""
    command = [sys.executable, "-m", "tests.harness.behaviours.worker", str(engine.grpc_port)]
    workers = [Process(n, command, log=tmp_path / f"{n}.log", ready=says(READY_LINE)) for n in ("worker-1", "worker-2")]
    await start_all(workers)
    yield workers[0], workers[1]
    for worker in workers:
        worker.kill()


async def _twenty_naps(runner: Runner, seconds: float) -> list[str]:
    ids = [runner.new_id("nap") for _ in range(20)]
    await asyncio.gather(*(runner.start("two_naps", {"seconds": seconds}, instance_id=i) for i in ids))
    return ids


async def test_workers_share_the_work(runner: Runner, two_workers: tuple[Process, Process]) -> None:
    ids = await _twenty_naps(runner, 0.1)
    views = await asyncio.gather(*(runner.ended(i) for i in ids))
    assert [view.output for view in views] == [[1, 2]] * 20
    ran = [
        {(e.instance_id, e.task_execution_id) for e in Ledger(w.log).executions() if e.instance_id in ids}
        for w in two_workers  # to which an instance may come that an earlier test left behind
    ]
    assert ran[0], "the first worker ran nothing"
    assert ran[1], "the second worker ran nothing"
    assert len(ran[0] | ran[1]) == 40
    assert not ran[0] & ran[1], "an activity ran on both"


async def test_the_work_of_a_worker_that_vanishes_is_handed_on(
    runner: Runner, two_workers: tuple[Process, Process]
) -> None:
    """One of two gets `kill -9`: what it had begun runs again on the other, what had been recorded does not."""
    victim, survivor = two_workers
    ids = await _twenty_naps(runner, 0.8)
    await until(true(lambda: len(Ledger(victim.log).in_flight(victim.pid)) >= 3), what="the victim runs three")
    victim.kill()
    lost = {execution.task_execution_id for execution in Ledger(victim.log).in_flight(victim.pid)}
    views = await asyncio.gather(*(runner.ended(i) for i in ids))
    assert [view.output for view in views] == [[1, 2]] * 20
    handed_on = [execution.task_execution_id for execution in Ledger(survivor.log).executions()]
    assert lost <= set(handed_on)
    assert len(handed_on) == len(set(handed_on)), "the survivor ran something twice"
    done = {e.task_execution_id for e in Ledger(victim.log).executions() if e.outcome}
    assert not done & set(handed_on), "what the victim had finished ran again"


async def test_a_worker_that_vanishes_between_two_turns_is_not_missed(
    runner: Runner, two_workers: tuple[Process, Process]
) -> None:
    instance_id = await runner.start("wait_for_events", ["go"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    two_workers[0].kill()
    await runner.client.raise_event(instance_id, "go", 1)
    assert (await runner.ended(instance_id)).output == [1]


async def test_without_a_worker_work_waits_for_one(engine: Engine, runner: Runner) -> None:
    world = World()
    async with Host(behaviours(world), engine.grpc_port, world) as host:
        await host.usable(runner.client)
        gate = runner.new_id("gate")
        instance_id = await runner.start("busy_then_wait", {"gate": gate, "events": []})
        await until(true(lambda: world.waiting[gate] == 1), what="the activity waits at the gate")
    later = World()
    later.open(gate)
    async with Host(behaviours(later), engine.grpc_port, later):
        assert (await runner.ended(instance_id)).status is InstanceStatus.COMPLETED
    assert [run.ctx.task_execution_id for run in later.of(instance_id)] == [
        run.ctx.task_execution_id for run in world.of(instance_id)
    ]


async def test_a_worker_that_stops_lets_its_activities_finish_and_their_results_count(
    engine: Engine, runner: Runner
) -> None:
    world, gate = World(), runner.new_id("gate")
    async with Host(behaviours(world), engine.grpc_port, world) as host:
        await host.usable(runner.client)
        instance_id = await runner.start("busy_then_wait", {"gate": gate, "events": []})
        await until(true(lambda: world.waiting[gate] == 1), what="the activity waits at the gate")
        stopping = asyncio.create_task(host.stop(grace_s=10))
        await asyncio.sleep(0.2)
        assert not stopping.done(), "it does not stop while an activity runs"
        world.open(gate)
        assert await stopping is True
    later = World()
    async with Host(behaviours(later), engine.grpc_port, later):
        assert (await runner.ended(instance_id)).status is InstanceStatus.COMPLETED
    assert later.of(instance_id) == [], "the activity ran again although it had finished"


async def test_an_activity_that_outlasts_the_grace_period_runs_again_elsewhere(engine: Engine, runner: Runner) -> None:
    world, gate = World(), runner.new_id("gate")
    async with Host(behaviours(world), engine.grpc_port, world) as host:
        await host.usable(runner.client)
        instance_id = await runner.start("busy_then_wait", {"gate": gate, "events": []})
        await until(true(lambda: world.waiting[gate] == 1), what="the activity waits at the gate")
        assert await host.stop(grace_s=0.2) is False
    later = World()
    later.open(gate)
    async with Host(behaviours(later), engine.grpc_port, later):
        assert (await runner.ended(instance_id)).status is InstanceStatus.COMPLETED
    assert len(later.of(instance_id)) == 1


async def test_a_worker_that_stops_takes_no_new_work(engine: Engine, runner: Runner) -> None:
    world, gate = World(), runner.new_id("gate")
    async with Host(behaviours(world), engine.grpc_port, world) as host:
        await host.usable(runner.client)
        instance_id = await runner.start("busy_then_wait", {"gate": gate, "events": []})
        await until(true(lambda: world.waiting[gate] == 1), what="the activity waits at the gate")
        stopping = asyncio.create_task(host.stop(grace_s=10))
        await asyncio.sleep(0)
        late = await runner.start("sequence", ["late"])
        await runner.recorded(late, "taskScheduled")
        world.open(gate)
        await stopping
    assert world.of(late) == []
    later = World()
    async with Host(behaviours(later), engine.grpc_port, later):
        assert (await runner.ended(late)).output == ["late"]
        assert (await runner.ended(instance_id)).status is InstanceStatus.COMPLETED
