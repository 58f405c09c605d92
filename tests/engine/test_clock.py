"""The embedded engine's test clock: days of waiting in milliseconds."""

import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from durably.contracts.instances import InstanceStatus
from durably.embedded.clock import TestClock
from durably.embedded.server import EmbeddedServer
from durably.engine.client import EngineClient
from tests.harness.behaviours.registry import behaviours
from tests.harness.behaviours.world import World
from tests.harness.runner import Host, Runner

pytestmark = pytest.mark.embedded_only

DAYS_3 = timedelta(hours=72).total_seconds()


@dataclass
class Clocked:
    """An engine in this process whose time stands still until it is moved."""

    clock: TestClock
    runner: Runner
    world: World


@pytest_asyncio.fixture(loop_scope="session")
async def clocked(tmp_path: Path) -> AsyncIterator[Clocked]:
    """Engine, worker and client, all in this process."""
    clock, world = TestClock(), World()
    async with EmbeddedServer(tmp_path / "engine.db", clock=clock, port=0, bindings={}) as server:
        client = EngineClient(host="127.0.0.1", port=server.port)
        async with Host(behaviours(world), server.port, world) as host:
            await host.usable(client)
            yield Clocked(clock, Runner(client), world)
        await client.aclose()


async def test_a_wait_of_72_hours_is_over_in_milliseconds(clocked: Clocked) -> None:
    instance_id = await clocked.runner.start("wait_with_timeout", {"event": "approve", "seconds": DAYS_3})
    await clocked.runner.recorded(instance_id, "timerCreated")
    begun = time.monotonic()
    clocked.clock.advance(timedelta(hours=72))
    assert (await clocked.runner.ended(instance_id)).output == {"timed_out": True}
    assert time.monotonic() - begun < 0.5


async def test_nothing_fires_a_second_too_early(clocked: Clocked) -> None:
    instance_id = await clocked.runner.start("wait_with_timeout", {"event": "approve", "seconds": DAYS_3})
    await clocked.runner.recorded(instance_id, "timerCreated")
    clocked.clock.advance(timedelta(hours=72) - timedelta(seconds=1))
    assert (await clocked.runner.client.wait(instance_id, timeout_s=0.3)).status is InstanceStatus.RUNNING
    clocked.clock.advance(timedelta(seconds=1))
    assert (await clocked.runner.ended(instance_id)).output == {"timed_out": True}


async def test_an_event_on_the_last_day_ends_the_wait(clocked: Clocked) -> None:
    instance_id = await clocked.runner.start("waits_far_ahead", {"seconds": DAYS_3})
    await clocked.runner.recorded(instance_id, "timerCreated")
    clocked.clock.advance(timedelta(hours=72))
    await clocked.runner.recorded(instance_id, "timerCreated", count=2)
    clocked.clock.advance(timedelta(hours=71))
    await clocked.runner.client.raise_event(instance_id, "approve")
    assert (await clocked.runner.ended(instance_id)).output == "approved in the second wait"
    assert [run.payload for run in clocked.world.of(instance_id)] == ["first wait is over"]


async def test_workflows_tell_the_engines_time_and_not_the_machines(clocked: Clocked) -> None:
    before = await clocked.runner.run("sequence", [])
    clocked.clock.advance(timedelta(days=365))
    after = await clocked.runner.run("sequence", [])
    assert after.created_at - before.created_at >= timedelta(days=365)


async def test_the_pauses_between_retries_pass_in_engine_time(clocked: Clocked) -> None:
    policy = {"activity": "flaky", "input": {"failures": 1}, "first_s": 5, "attempts": 2}
    instance_id = await clocked.runner.start("call_with_retry", policy)
    await clocked.runner.recorded(instance_id, "timerCreated")
    assert len(clocked.world.of(instance_id)) == 1
    clocked.clock.advance(timedelta(seconds=5))
    assert (await clocked.runner.ended(instance_id)).output == 2
