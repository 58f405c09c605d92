"""Where the engines differ, and where the SDK does on both: each line of the table in `docs/durability.md`, pinned."""

from pathlib import Path

import pytest

from durably.contracts.errors import DurablyError, UnavailableError
from durably.contracts.instances import InstanceStatus, InstanceView
from durably.engine.client import EngineClient
from tests.harness.behaviours import activities as act
from tests.harness.behaviours.registry import behaviours
from tests.harness.behaviours.world import World
from tests.harness.dapr import DaprEngine
from tests.harness.runner import Host, Runner
from tests.harness.waiting import true, until

only_dapr = pytest.mark.parametrize("engine_kind", ["dapr"], indirect=True, ids=["dapr"])


async def test_a_history_over_four_mebibytes_stalls_on_dapr_and_goes_on_when_embedded(
    runner: Runner, engine_kind: str
) -> None:
    """The sidecar's messages are bounded, and it looks before it sends; the embedded engine's worker has no bound."""
    instance_id = await runner.start("sequence", ["x" * 900_000] * 4)
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
async def test_dapr_changes_the_execution_id_of_an_activity_that_it_dispatched_and_did_not_record(
    engine_kind: str, tmp_path: Path
) -> None:
    """Why an effect's key should come from the business, not from the engine; see `docs/durability.md`.

    Dapr dispatches what a turn scheduled before it saves the turn. Here Redis is held just before a timer fires, and
    dies with daprd after the dispatch: the turn runs again, at another time, and the SDK makes ids out of that time.
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
        ran = {run.ctx.task_execution_id for run in world.of(instance_id) if run.payload == "after"}
        assert len(ran) == 2
    await client.aclose()
    await engine.stop()


async def _ended(runner: Runner, instance_id: str) -> InstanceView:
    async def look() -> InstanceView:
        return await runner.client.get(instance_id)

    what = f"{instance_id} has ended"
    return await until(look, what=what, timeout_s=25, holds=lambda v: v.status.has_ended, retry_on=(UnavailableError,))
