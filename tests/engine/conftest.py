"""The engines of the behaviour suite, and what its tests speak to them with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from durably.engine.client import EngineClient
from tests.harness.behaviours.registry import behaviours
from tests.harness.behaviours.world import World
from tests.harness.connecting import Connect, TidyRunner, connector
from tests.harness.market import Market, marketplace
from tests.harness.pipelines import DELAYS_S
from tests.harness.runner import Host, Runner
from tests.harness.stack import Engine, EngineKind, Stack, make_engine

LOOP = pytest.mark.asyncio(loop_scope="session")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of this suite runs in one event loop: the host lives in it as long as its engine."""
    for item in items:
        if Path(__file__).parent in item.path.parents and item.get_closest_marker("asyncio"):
            item.add_marker(LOOP, append=False)


@pytest.fixture(
    scope="session", params=["embedded", pytest.param("dapr", marks=pytest.mark.dapr)], ids=["embedded", "dapr"]
)
def engine_kind(request: pytest.FixtureRequest) -> EngineKind:
    """Every test that needs an engine runs once on each."""
    return request.param  # type: ignore[no-any-return] # one of the two above


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def engine(engine_kind: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Engine]:
    """The engine that tests share which leave it alone."""
    engine = make_engine(engine_kind, tmp_path_factory.mktemp(engine_kind))
    await engine.start()
    yield engine
    await engine.stop()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def client(engine: Engine) -> AsyncIterator[EngineClient]:
    """A client of the shared engine; patient, since deadlines are tested elsewhere."""
    client = EngineClient(host="127.0.0.1", port=engine.grpc_port, call_timeout_s=10)
    yield client
    await client.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def host(engine: Engine, client: EngineClient) -> AsyncIterator[Host]:
    """A worker with all behaviours, in this process, connected to the shared engine."""
    world = World()
    async with Host(behaviours(world), engine.grpc_port, world) as host:
        await host.usable(client)
        yield host


@pytest.fixture(scope="module")
def world(host: Host) -> World:
    """What the activities of `host` record into and wait for."""
    return host.world


@pytest.fixture
def runner(client: EngineClient, host: Host) -> Runner:
    """Starts behaviours on the shared engine and waits for them."""
    return Runner(client)


@pytest_asyncio.fixture(loop_scope="session")
async def tidy_runner(client: EngineClient) -> AsyncIterator[Runner]:
    """For tests that bring workers of their own; it leaves nothing behind that no worker could run."""
    runner = TidyRunner(client)
    yield runner
    await runner.tidy()


@pytest.fixture
def connected(engine: Engine, client: EngineClient) -> Connect:
    """A function that connects a worker with some workflows for as long as its context lasts."""
    return connector(engine.grpc_port, client)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def running_stack(engine_kind: EngineKind, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    """One stack for all crashes: each finds the state that the ones before it left."""
    stack = Stack(tmp_path_factory.mktemp(f"crash-{engine_kind}"), engine=engine_kind, delays_s=DELAYS_S)
    yield stack
    await stack.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def stack(running_stack: Stack) -> Stack:
    """The stack, with every process up."""
    await running_stack.start()
    return running_stack


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def market(engine_kind: EngineKind, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Market]:
    """One for all crashes: each finds the state that the ones before it left."""
    async with marketplace(tmp_path_factory.mktemp(f"sagas-{engine_kind}"), engine_kind) as market:
        yield market
