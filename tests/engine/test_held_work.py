"""What can be done with work that a worker holds back, and what it costs the worker."""

import asyncio
from contextlib import suppress

import pytest

from durably.contracts.errors import EngineTimeoutError, InstanceEndedError, InstanceNotFoundError
from durably.contracts.held_back import HoldKind
from durably.contracts.instances import InstanceStatus
from tests.harness.behaviours import activities as act
from tests.harness.behaviours.careless import FAN, LATER, OTHER_CODE, PLAN, calls_later, fan, other_fan, plan, released
from tests.harness.connecting import Connect, held, waiting_plan
from tests.harness.runner import Runner
from tests.harness.waiting import true, until

OTHER = released(OTHER_CODE["waits_first"])


@pytest.fixture
def runner(tidy_runner: Runner) -> Runner:
    """These tests bring workers of their own."""
    return tidy_runner


async def test_an_activity_that_is_not_registered_is_held_back_until_it_is(runner: Runner, connected: Connect) -> None:
    calls = released(calls_later, name="calls_later")
    async with connected(calls) as host:
        instance_id = await runner.start("calls_later")
        found = await held(host, instance_id)
        assert (found.kind, found.activity, found.workflow) == (
            HoldKind.ACTIVITY_NOT_REGISTERED,
            LATER,
            "calls_later",
        )
        assert (await runner.client.get(instance_id)).status is InstanceStatus.RUNNING
        assert host.inner.in_flight == 0
        assert await host.stop(grace_s=5), "it is no activity in flight, so nothing is waited for"
    async with connected(calls, later=True):
        assert (await runner.ended(instance_id)).output == "late"
    assert not await runner.events(instance_id, "taskFailed")


async def test_an_instance_whose_activity_is_held_back_can_be_paused_and_terminated(
    runner: Runner, connected: Connect
) -> None:
    async with connected(released(calls_later, name="calls_later")) as host:
        instance_id = await runner.start("calls_later")
        await held(host, instance_id)
        await runner.client.pause(instance_id)
        await runner.reaches(instance_id, InstanceStatus.SUSPENDED)
        await runner.client.terminate(instance_id)
        assert (await runner.ended(instance_id)).status is InstanceStatus.TERMINATED


async def test_an_instance_of_an_unknown_workflow_can_be_terminated(runner: Runner, connected: Connect) -> None:
    async with connected() as host:
        instance_id = await runner.start(PLAN)
        await held(host, instance_id)
        await runner.client.terminate(instance_id, output="a slip of the pen")
        view = await runner.ended(instance_id)
        assert (view.status, view.output) == (InstanceStatus.TERMINATED, "a slip of the pen")
        assert instance_id not in {each.instance_id for each in host.inner.held_back()}


async def test_a_stalled_instance_can_be_terminated_where_the_engine_lets_it_be(
    runner: Runner, connected: Connect, engine_kind: str
) -> None:
    instance_id = await waiting_plan(runner, connected)
    async with connected(OTHER) as host:
        await runner.client.raise_event(instance_id, "go", 1)
        await held(host, instance_id)
        if engine_kind == "embedded":
            await runner.client.terminate(instance_id)
            assert (await runner.ended(instance_id)).status is InstanceStatus.TERMINATED
        else:
            with pytest.raises(InstanceEndedError, match="takes nothing until a worker can run it"):
                await runner.client.terminate(instance_id)


async def test_a_stalled_instance_can_be_purged_and_is_held_back_no_more(runner: Runner, connected: Connect) -> None:
    instance_id = await waiting_plan(runner, connected)
    async with connected(OTHER) as host:
        await runner.client.raise_event(instance_id, "go", 1)
        await held(host, instance_id)
        await host.inner.sweep()
        assert instance_id in {each.instance_id for each in host.inner.held_back()}
        await runner.client.purge(instance_id)
        with pytest.raises(InstanceNotFoundError):
            await runner.client.get(instance_id)
        await host.inner.sweep()
        assert instance_id not in {each.instance_id for each in host.inner.held_back()}


async def test_a_pause_that_a_stall_came_after_holds_when_the_instance_goes_on(
    runner: Runner, connected: Connect
) -> None:
    instance_id = await waiting_plan(runner, connected)
    async with connected(OTHER) as host:
        with suppress(EngineTimeoutError):  # Dapr answers once it is paused, and that is later
            await runner.client.pause(instance_id)
        await held(host, instance_id)
    async with connected(released(plan)):
        await runner.reaches(instance_id, InstanceStatus.SUSPENDED)
        await runner.client.raise_event(instance_id, "go", 1)
        await runner.client.resume(instance_id)
        assert (await runner.ended(instance_id)).output == ["first", 1, "second"]


async def test_what_an_activity_returns_while_its_instance_is_stalled_is_there_when_it_goes_on(
    runner: Runner, connected: Connect
) -> None:
    async with connected(released(fan, name=FAN)):
        instance_id = await runner.start(FAN, "held-fan")
        await runner.recorded(instance_id, "taskCompleted")
    async with connected(released(other_fan, name=FAN)) as host:
        await until(true(lambda: host.world.waiting["held-fan"]), what="the other activity runs again")
        await runner.client.raise_event(instance_id, "anything")
        await held(host, instance_id)
        host.world.open("held-fan")
        await until(true(lambda: not host.inner.in_flight), what="its result has left")
        assert await host.stop(grace_s=5)
        assert len(host.world.of(instance_id, act.WAIT_AT)) == 1
    async with connected(released(fan, name=FAN)) as host:
        assert (await runner.ended(instance_id)).output == [1, "held-fan"]
        assert not host.world.of(instance_id)


async def test_a_second_worker_with_the_right_code_is_given_the_turn_if_the_engine_is_its_own(
    runner: Runner, connected: Connect, engine_kind: str
) -> None:
    """A sidecar keeps an instance stalled until its last worker has gone; on a cluster each worker has one."""
    instance_id = await waiting_plan(runner, connected)
    async with connected(OTHER) as first:
        await runner.client.raise_event(instance_id, "go", 1)
        await held(first, instance_id)
        async with connected(released(plan)):
            if engine_kind == "dapr":
                await runner.reaches(instance_id, InstanceStatus.STALLED)
            else:
                assert (await runner.ended(instance_id)).output == ["first", 1, "second"]
    async with connected(released(plan)):
        assert (await runner.ended(instance_id)).output == ["first", 1, "second"]


async def test_a_wait_for_a_stalled_instance_lasts_until_it_has_ended(runner: Runner, connected: Connect) -> None:
    instance_id = await waiting_plan(runner, connected)
    async with connected(OTHER) as host:
        await runner.client.raise_event(instance_id, "go", 1)
        await held(host, instance_id)
        assert (await runner.client.wait(instance_id, timeout_s=1.5)).status is InstanceStatus.STALLED
        waiting = asyncio.create_task(runner.client.wait(instance_id, timeout_s=20))
    async with connected(released(plan)):
        assert (await waiting).status is InstanceStatus.COMPLETED
