"""Rerunning: a new instance that shares the history of an ended one up to an event, and goes on from there."""

import pytest

from durably.contracts.errors import InstanceEndedError, InstanceExistsError, InstanceNotFoundError
from durably.contracts.instances import InstanceStatus
from tests.harness.behaviours.world import World
from tests.harness.runner import Runner


async def _event_id(runner: Runner, instance_id: str, kind: str, index: int = 0) -> int:
    return (await runner.events(instance_id, kind))[index].event_id


async def test_a_rerun_from_an_activity_runs_it_and_what_follows_but_nothing_before(
    runner: Runner, world: World
) -> None:
    view = await runner.run("sequence", ["a", "b", "c"])
    new_id = await runner.client.rerun(
        view.instance_id, from_event=await _event_id(runner, view.instance_id, "taskScheduled", 1)
    )
    assert (await runner.ended(new_id)).output == ["a", "b", "c"]
    assert [run.payload for run in world.of(new_id)] == ["b", "c"]


async def test_a_rerun_can_give_the_activity_a_new_input(runner: Runner, world: World) -> None:
    view = await runner.run("sequence", ["a", "b", "c"])
    from_event = await _event_id(runner, view.instance_id, "taskScheduled", 1)
    new_id = await runner.client.rerun(view.instance_id, from_event=from_event, payload="B")
    assert (await runner.ended(new_id)).output == ["a", "B", "c"]
    assert [run.payload for run in world.of(new_id)] == ["B", "c"]


async def test_a_rerun_can_give_the_activity_no_input(runner: Runner, world: World) -> None:
    view = await runner.run("sequence", ["a"])
    from_event = await _event_id(runner, view.instance_id, "taskScheduled")
    new_id = await runner.client.rerun(view.instance_id, from_event=from_event, payload=None)
    assert (await runner.ended(new_id)).output == [None]


async def test_a_rerun_takes_the_id_that_it_is_given(runner: Runner) -> None:
    view = await runner.run("sequence", ["a"])
    from_event = await _event_id(runner, view.instance_id, "taskScheduled")
    wanted = runner.new_id("rerun")
    assert await runner.client.rerun(view.instance_id, from_event=from_event, new_instance_id=wanted) == wanted
    assert (await runner.ended(wanted)).output == ["a"]


async def test_a_rerun_leaves_the_original_as_it_was(runner: Runner) -> None:
    view = await runner.run("sequence", ["a", "b"])
    before = await runner.client.history(view.instance_id)
    from_event = await _event_id(runner, view.instance_id, "taskScheduled")
    await runner.ended(await runner.client.rerun(view.instance_id, from_event=from_event))
    assert await runner.client.history(view.instance_id) == before
    assert (await runner.client.get(view.instance_id)).output == ["a", "b"]


async def test_a_rerun_of_a_failed_instance_can_succeed(runner: Runner) -> None:
    view = await runner.run("call", {"activity": "flaky", "input": {"failures": 1}})
    assert view.status is InstanceStatus.FAILED
    from_event = await _event_id(runner, view.instance_id, "taskScheduled")
    new_id = await runner.client.rerun(view.instance_id, from_event=from_event, payload={"failures": 0})
    assert (await runner.ended(new_id)).output == 1


async def test_a_rerun_from_a_timer_waits_for_it_again(runner: Runner, world: World) -> None:
    view = await runner.run("timer_between", {"seconds": 0.2})
    from_event = await _event_id(runner, view.instance_id, "timerCreated")
    new_id = await runner.client.rerun(view.instance_id, from_event=from_event)
    assert (await runner.ended(new_id)).output == ["before", "after"]
    assert [run.payload for run in world.of(new_id)] == ["after"]
    assert len(await runner.events(new_id, "timerFired")) == 1


async def test_a_rerun_from_a_child_runs_the_child_again(runner: Runner, world: World) -> None:
    view = await runner.run("child_between")
    from_event = await _event_id(runner, view.instance_id, "childWorkflowInstanceCreated")
    new_id = await runner.client.rerun(view.instance_id, from_event=from_event)
    assert (await runner.ended(new_id)).output == ["before", "child", "after"]
    assert [run.payload for run in world.of(new_id)] == ["after"]
    assert [run.payload for run in world.runs].count("child") >= 2


async def test_a_running_instance_is_not_rerun(runner: Runner) -> None:
    instance_id = await runner.start("wait_for_events", ["go"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    with pytest.raises(InstanceEndedError):
        await runner.client.rerun(instance_id, from_event=0)
    await runner.client.terminate(instance_id)


async def test_a_rerun_from_an_event_that_is_not_there_is_refused(runner: Runner) -> None:
    view = await runner.run("sequence", ["a"])
    with pytest.raises(InstanceNotFoundError):
        await runner.client.rerun(view.instance_id, from_event=77)


async def test_a_rerun_of_an_instance_that_is_not_there_is_refused(runner: Runner) -> None:
    with pytest.raises(InstanceNotFoundError):
        await runner.client.rerun(runner.new_id("nobody"), from_event=0)


async def test_a_rerun_under_an_id_that_is_taken_is_refused(runner: Runner) -> None:
    view, other = await runner.run("sequence", ["a"]), await runner.run("sequence", ["other"])
    from_event = await _event_id(runner, view.instance_id, "taskScheduled")
    with pytest.raises(InstanceExistsError):
        await runner.client.rerun(view.instance_id, from_event=from_event, new_instance_id=other.instance_id)
    assert (await runner.client.get(other.instance_id)).output == ["other"]
