"""Workflows that go on for ever: each life begins with a fresh history."""

from durably.contracts.instances import InstanceStatus
from tests.harness.behaviours.world import World
from tests.harness.runner import Runner
from tests.harness.waiting import true, until


async def test_a_workflow_goes_on_under_the_same_id_with_its_new_input(runner: Runner) -> None:
    view = await runner.run("countdown", {"left": 4})
    assert view.status is InstanceStatus.COMPLETED
    assert view.output == [4, 3, 2, 1, 0]


async def test_the_history_begins_anew_with_each_life(runner: Runner) -> None:
    view = await runner.run("countdown", {"left": 4})
    kinds = [event.type for event in await runner.events(view.instance_id)]
    assert kinds.count("taskCompleted") == 1
    assert kinds.count("executionStarted") == 1


async def test_the_input_that_is_shown_is_that_of_the_last_life(runner: Runner) -> None:
    view = await runner.run("countdown", {"left": 2})
    assert view.input == {"left": 0, "echoes": [2, 1]}


async def _three_events_in_the_first_life(runner: Runner, world: World, *, save: bool) -> str:
    gate = runner.new_id("gate")
    instance_id = await runner.start("one_event_a_life", {"gate": gate, "lives": 3, "save": save})
    await until(true(lambda: world.waiting[gate] == 1), what="the activity waits at the gate")
    for value in (1, 2, 3):
        await runner.client.raise_event(instance_id, "next", value)
    world.open(gate)
    return instance_id


async def test_events_that_were_not_taken_go_into_the_next_life_when_saved(runner: Runner, world: World) -> None:
    instance_id = await _three_events_in_the_first_life(runner, world, save=True)
    assert (await runner.ended(instance_id)).output == [1, 2, 3]


async def test_events_that_were_not_taken_are_dropped_when_not_saved(runner: Runner, world: World) -> None:
    instance_id = await _three_events_in_the_first_life(runner, world, save=False)
    await until(
        true(lambda: len(world.of(instance_id)) == 1 and instance_id), what="the first life has passed its activity"
    )
    assert (await runner.client.wait(instance_id, timeout_s=0.7)).status is InstanceStatus.RUNNING
    view = await runner.client.get(instance_id)
    assert view.input["seen"] == [1]
    await runner.client.raise_event(instance_id, "next", "later")
    await runner.client.raise_event(instance_id, "next", "last")
    assert (await runner.ended(instance_id)).output[0] == 1
