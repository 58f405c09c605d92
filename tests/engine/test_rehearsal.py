"""What the engines record, rehearsed: whatever order things came in, the code that was recorded does not differ."""

import asyncio
from collections.abc import AsyncIterator
from random import Random
from typing import Any, Final

import pytest
import pytest_asyncio

from durably.contracts.errors import DurablyError
from durably.contracts.replays import Rehearsal
from durably.engine.client import EngineClient
from durably.engine.recording import events_of
from durably.engine.registry import Registry
from durably.engine.rehearsal import Rehearser
from durably.engine.sdk import messages as pb
from tests.engine.programs import EVENTS, PROGRAM, made_up
from tests.harness.behaviours import activities as act
from tests.harness.behaviours.activities import behaviour_activities
from tests.harness.behaviours.workflows import BEHAVIOUR_WORKFLOWS
from tests.harness.behaviours.world import World
from tests.harness.runner import Host, Runner
from tests.harness.stack import Engine, make_engine

_AT_ONCE: Final = 12
_PROGRAMS: Final = (
    ("sequence", ["a", "b"]),
    ("fan_out", [{"activity": act.ECHO, "input": number} for number in range(3)]),
    ("race", [{"activity": act.ECHO, "input": number} for number in range(3)]),
    ("timers_race", [0.2, 0.1]),
    ("wait_with_timeout", {"event": "never", "seconds": 0.1}),
    ("call_with_retry", {"activity": act.FAIL, "input": "no", "first_s": 0.05, "attempts": 3}),
    ("catch", {"activity": act.FAIL, "input": "no"}),
    ("parent_of_many", [{"workflow": "sequence", "input": [1]}, {"workflow": "sequence", "input": [2]}]),
    ("catching_parent", {"workflow": "explode", "input": "no"}),
    ("retrying_parent", {"workflow": "explode", "input": "no", "attempts": 2}),
    ("countdown", {"left": 3}),
    ("explode", "no"),
    ("odd_result", None),
    ("child_between", None),
)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def engine(engine_kind: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    """An engine of this module's own, as its worker runs programs that no other worker knows."""
    engine = make_engine(engine_kind, tmp_path_factory.mktemp(f"rehearsal-{engine_kind}"))
    await engine.start()
    yield engine
    await engine.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(engine: Engine) -> AsyncIterator[EngineClient]:
    """A client of that engine."""
    client = EngineClient(host="127.0.0.1", port=engine.grpc_port, call_timeout_s=10)
    yield client
    await client.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def host(engine: Engine, client: EngineClient) -> AsyncIterator[Host]:
    """Its worker."""
    world = World()
    registry = Registry(workflows=(*BEHAVIOUR_WORKFLOWS, PROGRAM), activities=behaviour_activities(world))
    async with Host(registry, engine.grpc_port, world) as host:
        await host.usable(client)
        yield host


async def history(runner: Runner, instance_id: str) -> list[Any]:
    """The engine's messages themselves."""
    request = pb.GetInstanceHistoryRequest(instanceId=instance_id)
    return list((await runner.client.call("GetInstanceHistory", request, instance_id)).events)


async def rehearsed(runner: Runner, host: Host, instance_id: str) -> Rehearsal:
    """A recording of it, rehearsed by the worker's own code."""
    recording = await runner.client.recording(instance_id)
    return Rehearser(host.inner.registry).rehearse(events_of(recording), instance_id=instance_id)


@pytest.mark.parametrize(("workflow", "payload"), _PROGRAMS, ids=[name for name, _ in _PROGRAMS])
async def test_every_behaviour_replays_as_it_was_recorded(
    runner: Runner, host: Host, workflow: str, payload: Any
) -> None:
    instance_id = await runner.start(workflow, payload)
    await runner.ended(instance_id)
    rehearsal = await rehearsed(runner, host, instance_id)
    assert (rehearsal.divergence, rehearsal.warnings) == (None, ())
    assert rehearsal.steps


async def test_a_recording_has_every_event_as_the_engine_has_it(runner: Runner, host: Host) -> None:
    instance_id = await runner.start("program", [["event", "red", 0.05], ["fail"], ["child", [["echo", 1]]], ["id"]])
    await runner.ended(instance_id)
    events = await history(runner, instance_id)
    for event in events:
        if event.HasField("executionStarted"):
            event.executionStarted.ClearField("parentTraceContext")
        if event.HasField("taskScheduled"):
            event.taskScheduled.ClearField("parentTraceContext")
        if event.HasField("childWorkflowInstanceCreated"):
            event.childWorkflowInstanceCreated.ClearField("parentTraceContext")
    assert events_of(await runner.client.recording(instance_id)) == events


@pytest.mark.parametrize("seed", range(6))
async def test_programs_that_are_disturbed_at_random_replay_as_they_were_recorded(
    runner: Runner, host: Host, seed: int
) -> None:
    """Programs, events, pauses and terminations are made up; so is when they come. Histories are read all the time."""
    random = Random(seed)  # noqa: S311 - nothing is secret here
    plans = {runner.new_id(f"program-{seed}"): made_up(random) for _ in range(_AT_ONCE)}
    seeds = [random.random() for _ in plans]
    for instance_id, plan in plans.items():
        await runner.start("program", plan, instance_id=instance_id)
    disturbing = (_disturb(runner, host, one, Random(own)) for one, own in zip(plans, seeds, strict=True))  # noqa: S311
    await asyncio.gather(*disturbing)
    for instance_id, plan in plans.items():
        await runner.ended(instance_id)
        rehearsal = await rehearsed(runner, host, instance_id)
        assert rehearsal.divergence is None, (plan, rehearsal.divergence)
        assert rehearsal.warnings == (), (plan, rehearsal.warnings)


async def _disturb(runner: Runner, host: Host, instance_id: str, random: Random) -> None:
    """Do things to an instance until it has ended; some are refused because it has."""
    client = runner.client
    await runner.recorded(instance_id, "executionStarted")
    for _ in range(random.randint(2, 8)):
        kind = random.choices(("event", "pause", "look", "terminate"), weights=(6, 3, 3, 0.4))[0]
        try:
            if kind == "event":
                await client.raise_event(instance_id, random.choice(EVENTS), random.randint(0, 9))
            elif kind == "pause":
                await client.pause(instance_id)
                await client.raise_event(instance_id, random.choice(EVENTS), "while paused")
                await client.resume(instance_id)
            elif kind == "terminate":
                await client.terminate(instance_id)
        except DurablyError:
            return
        rehearsal = await rehearsed(runner, host, instance_id)
        assert rehearsal.divergence is None, rehearsal.divergence
        await client.wait(instance_id, timeout_s=random.uniform(0.01, 0.2))
