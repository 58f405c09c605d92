"""A worker whose code is not the one that an instance needs holds it back, and spoils nothing."""

from inspect import getsourcelines

import pytest

from durably.contracts.held_back import HoldKind
from durably.contracts.instances import InstanceStatus
from durably.engine.registry import WorkflowFunction
from tests.harness.behaviours import careless
from tests.harness.behaviours.careless import OTHER_CODE, PLAN, plan, released
from tests.harness.behaviours.impatient import OTHER_THAN_WAITING
from tests.harness.connecting import Connect, held, waiting_plan
from tests.harness.runner import Runner


@pytest.fixture
def runner(tidy_runner: Runner) -> Runner:
    """These tests bring workers of their own."""
    return tidy_runner


@pytest.mark.parametrize("code", [*OTHER_CODE.values(), *OTHER_THAN_WAITING.values()], ids=lambda code: code.__name__)
async def test_a_replay_that_differs_is_held_back_and_the_right_code_goes_on(
    runner: Runner, connected: Connect, code: WorkflowFunction
) -> None:
    instance_id = await waiting_plan(runner, connected)
    async with connected(released(code)) as host:
        await runner.client.raise_event(instance_id, "go", 1)
        found = await held(host, instance_id)
        assert (found.kind, found.workflow, found.version) == (HoldKind.REPLAY_DIFFERS, PLAN, "v1")
        await runner.reaches(instance_id, InstanceStatus.STALLED)
    async with connected(released(plan)) as host:
        assert (await runner.ended(instance_id)).output == ["first", 1, "second"]
        assert [run.payload for run in host.world.of(instance_id)] == ["second"]
        assert not host.observed.held_of(instance_id)


async def test_a_difference_is_told_with_both_steps_and_the_line_of_the_code(
    runner: Runner, connected: Connect
) -> None:
    instance_id = await waiting_plan(runner, connected)
    async with connected(released(OTHER_CODE["calls_another_activity"])) as host:
        await runner.client.raise_event(instance_id, "go", 1)
        found = await held(host, instance_id)
    assert found.expected is not None
    assert "activity echo" in found.expected
    assert found.actual is not None
    assert "activity who_am_i" in found.actual
    assert found.file == careless.__file__
    assert found.line == getsourcelines(OTHER_CODE["calls_another_activity"])[1] + 1
    assert "goes on when a worker with the right code connects" in found.message


async def test_what_the_sdk_trips_over_while_it_replays_is_held_back(runner: Runner, connected: Connect) -> None:
    instance_id = await waiting_plan(runner, connected)
    async with connected(released(careless.yields_no_task)) as host:
        await runner.client.raise_event(instance_id, "go", 1)
        assert (await held(host, instance_id)).kind is HoldKind.REPLAY_BROKE
    async with connected(released(plan)):
        assert (await runner.ended(instance_id)).status is InstanceStatus.COMPLETED


async def test_a_workflow_that_is_not_registered_is_held_back_until_it_is(runner: Runner, connected: Connect) -> None:
    async with connected() as host:
        instance_id = await runner.start(PLAN)
        found = await held(host, instance_id)
        assert (found.kind, found.workflow, found.expected) == (HoldKind.WORKFLOW_NOT_REGISTERED, PLAN, "workflow plan")
    async with connected(released(plan)):
        await runner.recorded(instance_id, "timerCreated")
        await runner.client.raise_event(instance_id, "go", 1)
        assert (await runner.ended(instance_id)).output == ["first", 1, "second"]


async def test_a_version_that_is_not_registered_is_told_with_those_that_are(runner: Runner, connected: Connect) -> None:
    instance_id = await waiting_plan(runner, connected)
    async with connected(released(plan, version="v2")) as host:
        await runner.client.raise_event(instance_id, "go", 1)
        found = await held(host, instance_id)
        assert (found.kind, found.expected, found.actual) == (
            HoldKind.VERSION_NOT_REGISTERED,
            "workflow plan v1",
            "versions v2",
        )


async def test_what_the_code_raises_in_a_new_turn_fails_the_instance_whatever_it_is_called(
    runner: Runner, connected: Connect
) -> None:
    async with connected(released(careless.raises_when_told)) as host:
        instance_id = await runner.start(PLAN)
        await runner.recorded(instance_id, "timerCreated")
        await runner.client.raise_event(instance_id, "go", 1)
        view = await runner.ended(instance_id)
        assert view.failure is not None
        assert (view.status, view.failure.type) == (InstanceStatus.FAILED, "NonDeterminismError")
        assert not host.observed.held_of(instance_id)


async def test_what_is_held_back_again_and_again_is_told_once(runner: Runner, connected: Connect) -> None:
    instance_id = await waiting_plan(runner, connected)
    async with connected(released(OTHER_CODE["waits_first"])) as host:
        await runner.client.raise_event(instance_id, "go", 1)
        await held(host, instance_id)
        host.inner.stream.renew()  # so that the engine asks again
        await host.usable(runner.client)
        await held(host, instance_id)
        assert len(host.observed.held_of(instance_id)) == 1
