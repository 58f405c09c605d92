"""Starting is idempotent: an id is one run, however often it is asked for."""

import asyncio

import pytest

from durably.contracts.errors import InstanceExistsError
from durably.contracts.instances import InstanceStatus
from tests.harness.behaviours.world import World
from tests.harness.runner import Runner


async def test_the_same_start_while_it_runs_is_the_same_instance(runner: Runner) -> None:
    instance_id = await runner.start("wait_for_events", ["go"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    before = await runner.client.get(instance_id)
    await runner.start("wait_for_events", ["go"], instance_id=instance_id)
    assert (await runner.client.get(instance_id)).created_at == before.created_at
    await runner.client.raise_event(instance_id, "go", 1)
    assert (await runner.ended(instance_id)).output == [1]


async def test_the_same_start_after_the_end_runs_nothing_again(runner: Runner, world: World) -> None:
    view = await runner.run("sequence", ["a"])
    await runner.start("sequence", ["a"], instance_id=view.instance_id)
    assert await runner.client.get(view.instance_id) == view
    assert len(world.of(view.instance_id)) == 1


async def test_another_input_for_a_running_instance_is_refused(runner: Runner) -> None:
    instance_id = await runner.start("wait_for_events", ["go"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    with pytest.raises(InstanceExistsError, match="another input"):
        await runner.start("wait_for_events", ["stop"], instance_id=instance_id)
    await runner.client.raise_event(instance_id, "go", 1)
    assert (await runner.ended(instance_id)).output == [1]


async def test_another_input_for_an_ended_instance_is_refused(runner: Runner) -> None:
    view = await runner.run("sequence", ["a"])
    with pytest.raises(InstanceExistsError, match="another input"):
        await runner.start("sequence", ["b"], instance_id=view.instance_id)
    assert await runner.client.get(view.instance_id) == view


async def test_another_workflow_under_the_same_id_is_refused(runner: Runner) -> None:
    view = await runner.run("sequence", ["a"])
    with pytest.raises(InstanceExistsError):
        await runner.start("countdown", ["a"], instance_id=view.instance_id)


async def test_twenty_starts_of_one_id_at_once_give_one_run(runner: Runner, world: World) -> None:
    instance_id = runner.new_id()
    await asyncio.gather(*(runner.start("sequence", ["a"], instance_id=instance_id) for _ in range(20)))
    assert (await runner.ended(instance_id)).output == ["a"]
    assert len(world.of(instance_id)) == 1
    assert len(await runner.events(instance_id, "executionStarted")) == 1


async def test_twenty_starts_with_twenty_inputs_give_one_run_and_nineteen_refusals(
    runner: Runner, world: World
) -> None:
    instance_id = runner.new_id()
    answers = await asyncio.gather(
        *(runner.start("sequence", [i], instance_id=instance_id) for i in range(20)), return_exceptions=True
    )
    assert len([answer for answer in answers if isinstance(answer, InstanceExistsError)]) == 19
    (winner,) = [i for i, answer in enumerate(answers) if answer == instance_id]
    assert (await runner.ended(instance_id)).output == [winner]
    assert len(world.of(instance_id)) == 1


async def test_a_started_instance_is_shown_with_its_workflow_and_its_time_at_once(runner: Runner) -> None:
    for _ in range(20):
        instance_id = await runner.start("sequence", ["a"])
        view = await runner.client.get(instance_id)
        assert view.workflow == "sequence"
        assert view.created_at.year > 1
