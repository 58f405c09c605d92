"""Releases: instances go on with the code that they began with, whatever worker comes after."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from durably.contracts.instances import InstanceStatus
from durably.engine.client import EngineClient
from durably.engine.registry import Registry
from tests.harness.behaviours.releases import new_worker, old_worker
from tests.harness.behaviours.world import World
from tests.harness.runner import Host, Runner
from tests.harness.stack import Engine

Release = Callable[[World], Registry]
Connect = Callable[[Release], AbstractAsyncContextManager[World]]


@pytest.fixture
def runner(client: EngineClient) -> Runner:
    """These tests bring workers of their own."""
    return Runner(client)


@pytest.fixture
def connected(engine: Engine, client: EngineClient) -> Connect:
    """A function that connects a worker for as long as its context lasts."""

    @asynccontextmanager
    async def connect(release: Release) -> AsyncIterator[World]:
        world = World()
        async with Host(release(world), engine.grpc_port, world) as host:
            await host.usable(client)
            yield world

    return connect


async def test_an_instance_goes_on_with_its_version_after_a_new_one_was_released(
    runner: Runner, connected: Connect
) -> None:
    async with connected(old_worker):
        old = await runner.start("released")
        await runner.reaches(old, InstanceStatus.RUNNING)
    async with connected(new_worker):
        await runner.client.raise_event(old, "go", 1)
        assert (await runner.ended(old)).output == ["v1", 1]


async def test_a_new_instance_runs_the_latest_version(runner: Runner, connected: Connect) -> None:
    async with connected(new_worker):
        new = await runner.start("released")
        await runner.reaches(new, InstanceStatus.RUNNING)
        await runner.client.raise_event(new, "go", 1)
        assert (await runner.ended(new)).output == ["v2", 1]
        assert {turn.version for turn in await runner.events(new, "workflowStarted")} >= {"v2"}


async def test_an_instance_whose_version_is_missing_stalls_and_goes_on_when_it_is_back(
    runner: Runner, connected: Connect
) -> None:
    async with connected(new_worker):
        new = await runner.start("released")
        await runner.recorded(new, "taskCompleted")
    async with connected(old_worker):
        await runner.client.raise_event(new, "go", 1)
        await runner.reaches(new, InstanceStatus.STALLED)
    async with connected(new_worker):
        assert (await runner.ended(new)).output == ["v2", 1]


async def test_a_stalled_instance_says_why_in_its_history(runner: Runner, connected: Connect) -> None:
    async with connected(new_worker):
        new = await runner.start("released")
        await runner.recorded(new, "taskCompleted")
    async with connected(old_worker):
        await runner.client.raise_event(new, "go", 1)
        await runner.reaches(new, InstanceStatus.STALLED)
        (stalled,) = await runner.events(new, "executionStalled")
        assert "v2" in (stalled.reason or "")


async def _signals(runner: Runner, instance_id: str, *names: str) -> None:
    for name in names:
        await runner.client.raise_event(instance_id, name)


async def test_a_patch_is_taken_by_instances_that_had_not_come_that_far(runner: Runner, connected: Connect) -> None:
    async with connected(old_worker):
        waiting = await runner.start("patched")
        await runner.reaches(waiting, InstanceStatus.RUNNING)
    async with connected(new_worker) as world:
        await _signals(runner, waiting, "first", "second")
        await runner.ended(waiting)
        assert [run.payload for run in world.of(waiting)] == ["legal was told", "end"]


async def test_a_patch_is_not_taken_by_instances_that_had_passed_it(runner: Runner, connected: Connect) -> None:
    async with connected(old_worker):
        passed = await runner.start("patched")
        await runner.reaches(passed, InstanceStatus.RUNNING)
        await _signals(runner, passed, "first")
        await runner.recorded(passed, "workflowStarted", count=2)
    async with connected(new_worker) as world:
        await _signals(runner, passed, "second")
        await runner.ended(passed)
        assert [run.payload for run in world.of(passed)] == ["end"]


async def test_a_patch_that_was_taken_stays_taken_on_another_worker(runner: Runner, connected: Connect) -> None:
    async with connected(new_worker):
        instance_id = await runner.start("patched")
        await runner.reaches(instance_id, InstanceStatus.RUNNING)
        await _signals(runner, instance_id, "first")
        await runner.recorded(instance_id, "taskCompleted")
    async with connected(new_worker) as world:
        await _signals(runner, instance_id, "second")
        view = await runner.ended(instance_id)
        assert view.status is InstanceStatus.COMPLETED
        assert [run.payload for run in world.of(instance_id)] == ["end"]
