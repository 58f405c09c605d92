"""An engine that is away or stuck: every call says so within its deadline, and everything goes on when it is back."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import pytest
import pytest_asyncio

from durably.contracts.errors import EngineTimeoutError, EngineUnavailableError, UnavailableError
from durably.contracts.instances import InstanceStatus
from durably.engine.client import EngineClient
from tests.harness.behaviours.registry import behaviours
from tests.harness.behaviours.world import World
from tests.harness.dapr import DaprEngine
from tests.harness.runner import Host, Runner
from tests.harness.stack import Engine, make_engine
from tests.harness.waiting import true, until

DEADLINE_S = 1.0
SLACK_S = 0.5

Call = Callable[[EngineClient], Awaitable[Any]]

CALLS: dict[str, Call] = {
    "ping": lambda c: c.ping(),
    "start": lambda c: c.start("sequence", instance_id="x", payload=[]),
    "get": lambda c: c.get("x"),
    "wait": lambda c: c.wait("x", timeout_s=30),
    "history": lambda c: c.history("x"),
    "raise_event": lambda c: c.raise_event("x", "go"),
    "pause": lambda c: c.pause("x"),
    "resume": lambda c: c.resume("x"),
    "terminate": lambda c: c.terminate("x"),
    "purge": lambda c: c.purge("x"),
    "rerun": lambda c: c.rerun("x", from_event=0),
    "list_ids": lambda c: c.list_ids(),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def engine(engine_kind: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    """An engine of this module's own: its tests do it harm."""
    engine = make_engine(engine_kind, tmp_path_factory.mktemp(f"outages-{engine_kind}"))
    await engine.start()
    yield engine
    await engine.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def client(engine: Engine) -> AsyncIterator[EngineClient]:
    """A client with a short deadline."""
    client = EngineClient(host="127.0.0.1", port=engine.grpc_port, call_timeout_s=DEADLINE_S)
    yield client
    await client.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def host(engine: Engine) -> AsyncIterator[Host]:
    """A worker; warmed up by a client that waits longer than this module's."""
    world, patient = World(), EngineClient(host="127.0.0.1", port=engine.grpc_port)
    async with Host(behaviours(world), engine.grpc_port, world) as host:
        await host.usable(patient)
        yield host
    await patient.aclose()


async def _fails_in_time(call: Awaitable[Any], within_s: float) -> UnavailableError:
    begun = time.monotonic()
    with pytest.raises(UnavailableError) as caught:
        await call
    assert time.monotonic() - begun < within_s + SLACK_S
    return caught.value


async def test_a_ping_is_answered(host: Host, client: EngineClient) -> None:
    await client.ping()


async def test_every_call_gives_up_in_time_when_the_engine_is_stuck(
    host: Host, client: EngineClient, engine: Engine
) -> None:
    engine.front.pause()
    try:
        errors = await asyncio.gather(*(_fails_in_time(call(client), DEADLINE_S) for call in CALLS.values()))
    finally:
        engine.front.resume()
    assert dict(zip(CALLS, map(type, errors), strict=True)) == dict.fromkeys(CALLS, EngineTimeoutError)


async def test_a_wait_that_is_under_way_gives_up_in_time_when_the_engine_gets_stuck(
    runner: Runner, client: EngineClient, engine: Engine
) -> None:
    instance_id = await runner.start("wait_for_events", ["go"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    waiting = asyncio.create_task(_fails_in_time(client.wait(instance_id, timeout_s=20), 2 * DEADLINE_S))
    await asyncio.sleep(0.2)
    engine.front.pause()
    try:
        assert isinstance(await waiting, EngineTimeoutError)
    finally:
        engine.front.resume()


@pytest.mark.dapr
@pytest.mark.parametrize("engine_kind", ["dapr"], indirect=True, ids=["dapr"])
async def test_reads_and_starts_give_up_in_time_when_the_state_store_is_stuck(
    host: Host, client: EngineClient, engine: Engine
) -> None:
    assert isinstance(engine, DaprEngine)
    engine.parts["redis"].pause()
    try:
        calls = [CALLS[name](client) for name in ("start", "get", "wait", "history", "list_ids")]
        errors = await asyncio.gather(*(_fails_in_time(call, DEADLINE_S) for call in calls))
    finally:
        engine.parts["redis"].resume()
    assert {type(error) for error in errors} <= {EngineTimeoutError, EngineUnavailableError}


async def test_every_call_says_within_its_deadline_that_the_engine_is_away(
    host: Host, client: EngineClient, engine: Engine
) -> None:
    engine.front.kill()
    try:
        errors = await asyncio.gather(*(_fails_in_time(call(client), DEADLINE_S) for call in CALLS.values()))
    finally:
        await engine.start()
    assert {type(error) for error in errors} <= {EngineUnavailableError, EngineTimeoutError}
    assert EngineUnavailableError in {type(error) for error in errors}


async def test_the_host_sees_the_stream_go_down_with_the_engine_and_come_back_within_five_seconds(
    host: Host, engine: Engine
) -> None:
    await host.connected()
    engine.front.kill()
    await until(true(lambda: not host.inner.stream.connected), what="the stream is seen to be down", timeout_s=2)
    await asyncio.sleep(3)  # long enough for the SDK's own backoff to have grown past the five seconds
    await engine.start()
    await host.connected(timeout_s=5)


async def test_a_worker_that_lost_its_engine_works_on_when_it_is_back(runner: Runner, engine: Engine) -> None:
    instance_id = await runner.start("wait_for_events", ["go"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    engine.front.kill()
    await engine.start()
    await _raise_when_back(runner, instance_id)
    assert (await _ended_when_back(runner, instance_id)).output == ["back"]


async def test_a_timer_that_fell_due_while_the_engine_was_away_fires_when_it_is_back(
    runner: Runner, engine: Engine
) -> None:
    instance_id = await runner.start("sleeper", {"seconds": 1})
    await runner.recorded(instance_id, "timerCreated")
    engine.front.kill()
    await asyncio.sleep(1.2)
    await engine.start()
    assert (await _ended_when_back(runner, instance_id)).status is InstanceStatus.COMPLETED


async def test_a_worker_may_be_there_before_its_engine(
    engine_kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    engine, world = make_engine(engine_kind, tmp_path_factory.mktemp(f"late-{engine_kind}")), World()
    host = Host(behaviours(world), engine.grpc_port, world)
    host.inner.start()
    try:
        await asyncio.sleep(1)
        assert not host.inner.stream.connected
        await engine.start()
        await host.connected(timeout_s=5)
    finally:
        await host.stop(grace_s=0)
        await engine.stop()


async def _raise_when_back(runner: Runner, instance_id: str) -> None:
    async def raised() -> bool:
        await runner.client.raise_event(instance_id, "go", "back")
        return True

    await until(raised, what="the event is taken", timeout_s=10, retry_on=(UnavailableError,))


async def _ended_when_back(runner: Runner, instance_id: str) -> Any:
    async def look() -> Any:
        return await runner.client.get(instance_id)

    return await until(
        look,
        what=f"{instance_id} has ended",
        timeout_s=25,
        holds=lambda view: view.status.has_ended,
        retry_on=(UnavailableError,),
    )
