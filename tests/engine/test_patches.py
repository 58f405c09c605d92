"""Patches where something else comes in between: a pause, or a worker whose code does not know the instance."""

from typing import Final

import pytest

from durably.contracts.errors import InstanceEndedError
from durably.contracts.instances import InstanceStatus
from durably.engine.workflow import WorkflowContext
from tests.harness.behaviours import activities as act
from tests.harness.behaviours.careless import released
from tests.harness.behaviours.workflows import Turns
from tests.harness.behaviours.world import Anything
from tests.harness.connecting import Connect, held
from tests.harness.runner import Runner


def _patched(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.wait_for_external_event("first")
    if ctx.is_patched("tell-legal"):
        yield ctx.call_activity(act.ECHO, input="legal was told")
    yield ctx.wait_for_external_event("second")
    return (yield ctx.call_activity(act.ECHO, input="end"))


def _other(ctx: WorkflowContext, _given: Anything) -> Turns:
    return (yield ctx.call_activity(act.ECHO, input="something else"))


PATCHED: Final = released(_patched, name="patched")
OTHER: Final = released(_other, name="patched")


@pytest.fixture
def runner(tidy_runner: Runner) -> Runner:
    """These tests bring workers of their own."""
    return tidy_runner


async def test_a_patch_that_is_come_to_when_an_instance_is_resumed_stays_taken(
    runner: Runner, connected: Connect
) -> None:
    """SDK 1.19.0 by itself loses such an instance, see `durably.engine.mending`."""
    async with connected(PATCHED) as host:
        instance_id = await runner.start("patched")
        await runner.reaches(instance_id, InstanceStatus.RUNNING)
        await runner.client.pause(instance_id)
        await runner.client.raise_event(instance_id, "first")
        await runner.recorded(instance_id, "eventRaised")
        await runner.client.resume(instance_id)
        await runner.recorded(instance_id, "taskCompleted")
        await runner.client.raise_event(instance_id, "second")
        assert (await runner.ended(instance_id)).status is InstanceStatus.COMPLETED
        assert [run.payload for run in host.world.of(instance_id)] == ["legal was told", "end"]


async def test_an_instance_that_went_by_a_patch_and_is_held_back_can_be_terminated_where_the_engine_lets_it_be(
    runner: Runner, connected: Connect, engine_kind: str
) -> None:
    async with connected(PATCHED):
        instance_id = await runner.start("patched")
        await runner.reaches(instance_id, InstanceStatus.RUNNING)
        await runner.client.raise_event(instance_id, "first")
        await runner.recorded(instance_id, "taskCompleted")
    async with connected(OTHER) as host:
        await runner.client.raise_event(instance_id, "second")
        await held(host, instance_id)
        if engine_kind == "embedded":
            await runner.client.terminate(instance_id)
            assert (await runner.ended(instance_id)).status is InstanceStatus.TERMINATED
        else:
            with pytest.raises(InstanceEndedError, match="takes nothing until a worker can run it"):
                await runner.client.terminate(instance_id)
