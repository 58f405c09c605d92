"""Probes against a stream and a ping written by hand: a real engine cannot be put into each of these states."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from prometheus_client import CollectorRegistry

from durably.contracts.errors import EngineUnavailableError
from durably.telemetry.metrics import WorkflowMetrics
from worker.control.gate import Gate
from worker.liveness import Liveness
from worker.probes import probe_app, readiness

Client = TestClient[web.Request, web.Application]


class FakeEngine:
    """A stream that is open or not, and an engine that answers, refuses, hangs or has locked itself up."""

    def __init__(self) -> None:
        self.connected = True
        self.locked = False
        self.away = False
        self.stuck = False
        self.now = 0.0

    async def ping(self) -> None:
        """Answer, or not."""
        if self.stuck:
            await asyncio.Event().wait()
        if self.away:
            raise EngineUnavailableError("refused")

    def clock(self) -> float:
        """The time."""
        return self.now


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def gate(engine: FakeEngine) -> Gate:
    return Gate(connected=lambda: engine.connected)


@pytest.fixture
async def client(engine: FakeEngine, gate: Gate) -> AsyncIterator[Client]:
    registry = CollectorRegistry()
    WorkflowMetrics(registry)
    app = probe_app(
        liveness=Liveness(stream=engine, ping=engine.ping, limit_s=60, watchdog=engine, clock=engine.clock),
        ready=readiness(stream=engine, ping=engine.ping, gate=gate, address="127.0.0.1:50001", watchdog=engine),
        registry=registry,
    )
    async with TestClient(TestServer(app)) as client:
        yield client


async def _failing(client: Client) -> set[str]:
    async with client.get("/readyz") as response:
        body = await response.json()
        failing = {name for name, check in body["checks"].items() if not check["ok"]}
        assert (response.status, body["status"]) == ((503, "not_ready") if failing else (200, "ready"))
        return failing


async def _live(client: Client) -> int:
    async with client.get("/livez") as response:
        return response.status


async def test_with_everything_in_order_it_is_ready_and_live(client: Client) -> None:
    assert await _failing(client) == set()
    assert await _live(client) == 200


async def test_a_lost_stream_is_not_ready(client: Client, engine: FakeEngine) -> None:
    engine.connected = False

    assert await _failing(client) == {"work_stream"}


async def test_an_engine_that_is_away_is_not_ready_and_live(client: Client, engine: FakeEngine) -> None:
    engine.connected, engine.away = False, True

    assert await _failing(client) == {"work_stream", "engine"}
    assert await _live(client) == 200


async def test_a_sidecar_that_is_missing_is_named_with_what_to_look_at(client: Client, engine: FakeEngine) -> None:
    engine.connected, engine.away = False, True

    async with client.get("/readyz") as response:
        detail = (await response.json())["checks"]["engine"]["detail"]
    assert detail.startswith("no sidecar, or other engine, answers on 127.0.0.1:50001 (refused)")
    assert "dapr.io/enabled" in detail
    assert "injector" in detail


async def test_a_sidecar_that_locked_itself_up_is_not_ready_and_live_and_both_say_it(
    client: Client, engine: FakeEngine
) -> None:
    engine.locked = True

    assert await _failing(client) == {"sidecar"}
    for path, status in (("/livez", 200), ("/readyz", 503)):
        async with client.get(path) as response:
            assert response.status == status
            assert "the sidecar has locked itself up" in await response.text()


async def test_a_frozen_engine_is_seen_though_the_stream_looks_open(client: Client, engine: FakeEngine) -> None:
    engine.stuck = True

    assert await _failing(client) == {"engine"}


async def test_a_draining_worker_is_not_ready_and_live(client: Client, gate: Gate) -> None:
    gate.draining = True

    assert await _failing(client) == {"draining"}
    assert await _live(client) == 200


async def test_a_stream_that_stays_dead_while_the_sidecar_answers_wants_a_restart(
    client: Client,
    engine: FakeEngine,
) -> None:
    engine.connected = False
    assert await _live(client) == 200
    engine.now = 60
    assert await _live(client) == 200
    engine.now = 61
    assert await _live(client) == 503


async def test_the_time_that_the_sidecar_was_away_does_not_count(client: Client, engine: FakeEngine) -> None:
    engine.connected = False
    assert await _live(client) == 200
    engine.now, engine.away = 300, True
    assert await _live(client) == 200
    engine.now, engine.away = 301, False
    assert await _live(client) == 200


async def test_a_stream_that_came_back_begins_anew(client: Client, engine: FakeEngine) -> None:
    engine.connected = False
    assert await _live(client) == 200
    engine.now, engine.connected = 59, True
    assert await _live(client) == 200
    engine.now, engine.connected = 118, False
    assert await _live(client) == 200


async def test_metrics_are_in_prometheus_form(client: Client) -> None:
    async with client.get("/metrics") as response:
        assert response.headers["Content-Type"].startswith("text/plain; version=")
        assert "durably_work_stream_connected 0.0" in await response.text()
