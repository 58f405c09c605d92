"""Where the engines differ, and where the SDK does on both: each line of the table in `docs/durability.md`, pinned."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from durably.contracts.errors import DurablyError, UnavailableError
from durably.contracts.instances import InstanceStatus, InstanceView
from durably.engine.client import EngineClient
from tests.harness.behaviours import activities as act
from tests.harness.behaviours.registry import behaviours
from tests.harness.behaviours.worker import READY_LINE
from tests.harness.behaviours.world import World
from tests.harness.dapr import DaprEngine
from tests.harness.processes import Process, says
from tests.harness.runner import Host, Runner
from tests.harness.stack import Engine, make_engine
from tests.harness.waiting import true, until

only_dapr = pytest.mark.parametrize("engine_kind", ["dapr"], indirect=True, ids=["dapr"])


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def engine(engine_kind: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    """An engine of this module's own: what it leaves behind would slow the others down."""
    engine = make_engine(engine_kind, tmp_path_factory.mktemp(f"differences-{engine_kind}"))
    await engine.start()
    yield engine
    await engine.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(engine: Engine) -> AsyncIterator[EngineClient]:
    """A client of that engine."""
    client = EngineClient(host="127.0.0.1", port=engine.grpc_port, call_timeout_s=10)
    yield client
    await client.aclose()


async def test_a_history_over_four_mebibytes_stalls_on_dapr_and_goes_on_when_embedded(
    runner: Runner, engine_kind: str
) -> None:
    """The sidecar's messages are bounded, and it looks before it sends; the embedded engine's worker has no bound."""
    instance_id = await runner.start("sequence", ["x" * 950_000] * 3)
    settled = {"dapr": InstanceStatus.STALLED, "embedded": InstanceStatus.COMPLETED}[engine_kind]
    await runner.reaches(instance_id, settled)
    stalls = await runner.events(instance_id, "executionStalled")
    assert ["exceeds" in (stall.reason or "") for stall in stalls] == [True] * (engine_kind == "dapr")


async def test_a_message_over_four_mebibytes_is_refused(runner: Runner) -> None:
    with pytest.raises(DurablyError, match="larger than max"):
        await runner.start("call", {"activity": act.ECHO, "input": "x" * 5_000_000})


async def test_a_falsy_event_that_is_carried_into_the_next_life_arrives_as_null(runner: Runner, world: World) -> None:
    """SDK 1.19.0 carries `event_value if event_value else None`, on either engine."""
    gate = runner.new_id("gate")
    instance_id = await runner.start("one_event_a_life", {"gate": gate, "lives": 3, "save": True})
    await until(true(lambda: world.waiting[gate] == 1), what="the activity waits at the gate")
    for payload in (1, 0, False):
        await runner.client.raise_event(instance_id, "next", payload)
    world.open(gate)
    assert (await runner.ended(instance_id)).output == [1, None, None]


async def test_the_embedded_engine_lists_the_newest_first_and_dapr_in_any_order(
    runner: Runner, engine_kind: str
) -> None:
    ids = [(await runner.run("sequence", [])).instance_id for _ in range(5)]
    listed = [instance_id for instance_id in (await runner.client.list_ids())[0] if instance_id in ids]
    assert sorted(listed) == sorted(ids)
    if engine_kind == "embedded":
        assert listed == ids[::-1]


@pytest.mark.dapr
@only_dapr
async def test_an_activity_that_dapr_dispatched_and_did_not_record_runs_again_under_the_same_execution_id(
    engine_kind: str, tmp_path: Path
) -> None:
    """Dapr dispatches what a turn scheduled before it saves the turn; the embedded engine saves first.

    Here Redis is held just before a timer fires, and dies with daprd after the dispatch, so that the turn runs again.
    The SDK by itself would make another id, since it makes them from the turn's time; see `durably.engine.mending`.
    """
    engine, world = DaprEngine(tmp_path), World()
    await engine.start()
    client = EngineClient(host="127.0.0.1", port=engine.grpc_port)
    async with Host(behaviours(world), engine.grpc_port, world) as host:
        await host.usable(client)
        runner = Runner(client)
        instance_id = await runner.start("timer_between", {"seconds": 1})
        await runner.recorded(instance_id, "timerCreated")
        engine.parts["redis"].pause()
        await until(true(lambda: len(world.of(instance_id)) == 2), what="the second activity was dispatched")
        engine.front.kill()
        engine.parts["redis"].kill()
        await engine.start()
        assert (await _ended(runner, instance_id)).output == ["before", "after"]
        ran = [run.ctx.task_execution_id for run in world.of(instance_id) if run.payload == "after"]
        assert len(ran) > 1
        assert len(set(ran)) == 1
    await client.aclose()
    await engine.stop()


async def _ended(runner: Runner, instance_id: str) -> InstanceView:
    async def look() -> InstanceView:
        return await runner.client.get(instance_id)

    what = f"{instance_id} has ended"
    return await until(look, what=what, timeout_s=25, holds=lambda v: v.status.has_ended, retry_on=(UnavailableError,))


@pytest.mark.dapr
@only_dapr
async def test_a_sidecar_whose_worker_dies_while_turns_wait_for_it_works_again_when_it_was_restarted(
    engine_kind: str, tmp_path: Path
) -> None:
    """A deadlock of daprd 1.18.2, and how it shows and ends; see `docs/durability.md`.

    The worker is frozen until its stream is full and turns wait to be sent, and then killed.
    """
    engine = DaprEngine(tmp_path)
    command = [sys.executable, "-m", "tests.harness.behaviours.worker", str(engine.grpc_port)]
    worker = Process("worker", command, log=tmp_path / "worker.log", ready=says(READY_LINE))
    await engine.start()
    await worker.start()
    client = EngineClient(host="127.0.0.1", port=engine.grpc_port)
    runner = Runner(client)
    await runner.run("sequence", [])
    assert await engine.connected_workers() == 1
    worker.pause()
    ids = [await runner.start("sequence", ["x" * 200_000]) for _ in range(60)]
    worker.kill()
    await worker.start()  # and its stream is open
    views = await asyncio.gather(*(client.wait(instance_id, timeout_s=3) for instance_id in ids))
    assert {view.status for view in views} == {InstanceStatus.PENDING}
    assert await engine.connected_workers() == 0
    engine.front.kill()
    await engine.start()
    for instance_id in ids:
        assert (await _ended(runner, instance_id)).status is InstanceStatus.COMPLETED
    await client.aclose()
    worker.kill()
    await engine.stop()
