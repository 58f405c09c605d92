"""The control API over an engine and an index that are written by hand."""

from collections.abc import AsyncIterator, Generator
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import CollectorRegistry
from pydantic import BaseModel, Field

from durably.embedded.server import EmbeddedServer
from durably.engine.registry import Registry, WorkflowDefinition
from durably.telemetry.metrics import HttpMetrics
from tests.unit.worker.asking import Client
from tests.unit.worker.fake_engine import NOW, FakeEngine, FakeIndex
from tests.unit.worker.shared_store import Join, Workers
from worker.control.app import control_app
from worker.control.desk import Desk
from worker.control.gate import Gate


class Greeting(BaseModel):
    """An input with something to get wrong and something to leave out."""

    name: str = Field(max_length=5)
    times: int = 1


def _greet(_ctx: Any, _greeting: Greeting) -> Generator[Any, Any, Any]:
    yield


@pytest.fixture
async def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def index(engine: FakeEngine) -> FakeIndex:
    return FakeIndex(engine)


@pytest.fixture
async def gate(engine: FakeEngine) -> Gate:
    return Gate(connected=lambda: engine.connected)


@pytest.fixture
def metrics() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
async def client(engine: FakeEngine, index: FakeIndex, gate: Gate, metrics: CollectorRegistry) -> AsyncIterator[Client]:
    definition = WorkflowDefinition(name="greet", version="v1", run=_greet, input_model=Greeting, result_model=Greeting)
    registry = Registry(workflows=(definition,), activities=())
    desk = Desk(registry=registry, engine=engine, index=index, gate=gate, budget_s=0.2, clock=lambda: NOW)
    async with TestClient(TestServer(control_app(desk, metrics=HttpMetrics(metrics)))) as client:
        yield client


@pytest.fixture
async def workers(tmp_path: Path) -> AsyncIterator[Workers]:
    """A state store, and the indexes of workers that share it."""
    async with EmbeddedServer(tmp_path / "engine.db") as server, Workers(server.port) as workers:
        yield workers


@pytest.fixture
async def joined(workers: Workers) -> Join:
    """Makes the index of one more worker."""
    return workers.join
