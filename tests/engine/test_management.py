"""Pausing, resuming, terminating, purging, listing, custom status."""

import asyncio

import pytest

from durably.contracts.errors import InstanceEndedError, InstanceNotFoundError
from durably.contracts.instances import InstanceStatus
from tests.harness.behaviours.world import World
from tests.harness.runner import Runner
from tests.harness.waiting import true, until

RUNNING, SUSPENDED, TERMINATED = InstanceStatus.RUNNING, InstanceStatus.SUSPENDED, InstanceStatus.TERMINATED


async def _waiting(runner: Runner, *names: str) -> str:
    instance_id = await runner.start("wait_for_events", list(names or ["go"]))
    await runner.reaches(instance_id, RUNNING)
    return instance_id


async def test_a_paused_instance_says_so_and_runs_on_when_resumed(runner: Runner) -> None:
    instance_id = await _waiting(runner)
    await runner.client.pause(instance_id, reason="lunch")
    assert (await runner.client.get(instance_id)).status is SUSPENDED
    await runner.client.resume(instance_id, reason="back")
    assert (await runner.client.get(instance_id)).status is RUNNING
    await runner.client.raise_event(instance_id, "go", 1)
    assert (await runner.ended(instance_id)).output == [1]


async def test_events_that_come_while_paused_are_kept(runner: Runner) -> None:
    instance_id = await _waiting(runner, "first", "second")
    await runner.client.pause(instance_id)
    await runner.client.raise_event(instance_id, "first", 1)
    await runner.client.raise_event(instance_id, "second", 2)
    assert (await runner.client.wait(instance_id, timeout_s=0.5)).status is SUSPENDED
    await runner.client.resume(instance_id)
    assert (await runner.ended(instance_id)).output == [1, 2]


async def test_a_paused_instance_takes_no_step_when_its_activity_ends(runner: Runner, world: World) -> None:
    gate = runner.new_id("gate")
    instance_id = await runner.start("busy_then_wait", {"gate": gate, "events": []})
    await until(true(lambda: world.waiting[gate] == 1), what="the activity waits at the gate")
    await runner.client.pause(instance_id)
    world.open(gate)
    await until(true(lambda: world.waiting[gate] == 0), what="the activity has passed the gate")
    assert (await runner.client.wait(instance_id, timeout_s=0.5)).status is SUSPENDED
    await runner.client.resume(instance_id)
    assert (await runner.ended(instance_id)).status is InstanceStatus.COMPLETED
    assert len(world.of(instance_id)) == 1


async def test_pausing_twice_and_resuming_once_is_enough(runner: Runner) -> None:
    """SDK 1.19.0 by itself would never end the turn of the resume; see `durably.engine.mending`."""
    instance_id = await _waiting(runner)
    await runner.client.pause(instance_id)
    await runner.client.pause(instance_id)
    await runner.client.resume(instance_id)
    await runner.client.raise_event(instance_id, "go", 1)
    assert (await runner.ended(instance_id)).output == [1]


async def test_a_terminated_instance_ends_with_the_output_it_was_given(runner: Runner) -> None:
    instance_id = await _waiting(runner)
    await runner.client.terminate(instance_id, output={"why": "no longer needed"})
    view = await runner.ended(instance_id)
    assert view.status is TERMINATED
    assert view.output == {"why": "no longer needed"}


async def test_a_paused_instance_can_be_terminated(runner: Runner) -> None:
    instance_id = await _waiting(runner)
    await runner.client.pause(instance_id)
    await runner.client.terminate(instance_id)
    assert (await runner.ended(instance_id)).status is TERMINATED


async def _with_child(runner: Runner) -> tuple[str, str]:
    child_id = runner.new_id("child")
    child = {"workflow": "wait_for_events", "input": ["go"], "instance_id": child_id}
    instance_id = await runner.start("parent", child)
    await runner.reaches(child_id, RUNNING)
    return instance_id, child_id


async def test_terminating_an_instance_terminates_its_children(runner: Runner) -> None:
    instance_id, child_id = await _with_child(runner)
    await runner.client.terminate(instance_id)
    assert (await runner.ended(instance_id)).status is TERMINATED
    assert (await runner.ended(child_id)).status is TERMINATED


async def test_terminating_without_recursion_leaves_the_children_running(runner: Runner) -> None:
    instance_id, child_id = await _with_child(runner)
    await runner.client.terminate(instance_id, recursive=False)
    assert (await runner.ended(instance_id)).status is TERMINATED
    assert (await runner.client.get(child_id)).status is RUNNING
    await runner.client.raise_event(child_id, "go", "alone")
    assert (await runner.ended(child_id)).output == ["alone"]


@pytest.mark.parametrize("action", ["pause", "resume", "terminate"])
async def test_an_instance_that_has_ended_refuses_to_be_managed(runner: Runner, action: str) -> None:
    view = await runner.run("sequence", [])
    with pytest.raises(InstanceEndedError, match="completed"):
        await getattr(runner.client, action)(view.instance_id)


@pytest.mark.parametrize("action", ["pause", "resume", "terminate", "purge", "get", "history"])
async def test_an_instance_that_is_not_there_is_not_found(runner: Runner, action: str) -> None:
    with pytest.raises(InstanceNotFoundError):
        await getattr(runner.client, action)(runner.new_id("nobody"))


async def test_a_purged_instance_is_gone(runner: Runner) -> None:
    view = await runner.run("sequence", [1])
    await runner.client.purge(view.instance_id)
    with pytest.raises(InstanceNotFoundError):
        await runner.client.get(view.instance_id)
    with pytest.raises(InstanceNotFoundError):
        await runner.client.history(view.instance_id)


async def test_the_id_of_a_purged_instance_is_free_again(runner: Runner, world: World) -> None:
    view = await runner.run("sequence", [1])
    await runner.client.purge(view.instance_id)
    again = await runner.run("sequence", [2], instance_id=view.instance_id)
    assert again.output == [2]
    assert [run.payload for run in world.of(view.instance_id)] == [1, 2]


async def test_purging_an_instance_purges_its_children(runner: Runner) -> None:
    child_id = runner.new_id("child")
    view = await runner.run("parent", {"workflow": "sequence", "input": [], "instance_id": child_id})
    await runner.client.purge(view.instance_id)
    for instance_id in (view.instance_id, child_id):
        with pytest.raises(InstanceNotFoundError):
            await runner.client.get(instance_id)


async def test_purging_without_recursion_leaves_the_children(runner: Runner) -> None:
    child_id = runner.new_id("child")
    view = await runner.run("parent", {"workflow": "sequence", "input": [], "instance_id": child_id})
    await runner.client.purge(view.instance_id, recursive=False)
    assert (await runner.client.get(child_id)).status is InstanceStatus.COMPLETED


async def test_a_running_instance_is_not_purged(runner: Runner) -> None:
    instance_id = await _waiting(runner)
    with pytest.raises(InstanceEndedError, match="terminate it first"):
        await runner.client.purge(instance_id)
    await runner.client.raise_event(instance_id, "go", 1)
    assert (await runner.ended(instance_id)).output == [1]


async def test_listing_gives_every_instance_once_over_all_pages(runner: Runner) -> None:
    mine = {(await runner.run("sequence", [i])).instance_id for i in range(7)}
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = await runner.client.list_ids(page_size=5, cursor=cursor)
        assert len(page) <= 5
        seen += page
        if cursor is None:
            break
    assert mine <= set(seen)
    assert len(seen) == len(set(seen))


async def test_a_purged_instance_is_not_listed(runner: Runner) -> None:
    view = await runner.run("sequence", [])
    assert view.instance_id in (await runner.client.list_ids())[0]
    await runner.client.purge(view.instance_id)
    assert view.instance_id not in (await runner.client.list_ids())[0]


async def test_a_workflow_can_say_how_far_it_is(runner: Runner) -> None:
    instance_id = await runner.start("announce", {"status": "waiting for ada"})
    await runner.reaches(instance_id, RUNNING)
    assert (await runner.client.get(instance_id)).custom_status == "waiting for ada"
    await runner.client.raise_event(instance_id, "go")
    assert (await runner.ended(instance_id)).custom_status == "done"


async def test_an_activity_that_outlives_its_terminated_workflow_changes_nothing(runner: Runner, world: World) -> None:
    gate = runner.new_id("gate")
    instance_id = await runner.start("busy_then_wait", {"gate": gate, "events": []})
    await until(true(lambda: world.waiting[gate] == 1), what="the activity waits at the gate")
    await runner.client.terminate(instance_id, output="enough")
    before = await runner.client.history(instance_id)
    world.open(gate)
    await until(true(lambda: world.waiting[gate] == 0), what="the activity has passed the gate")
    await runner.run("sequence", [1])  # whatever the late result leads to has been done by now
    assert await runner.client.history(instance_id) == before
    assert (await runner.client.get(instance_id)).output == "enough"


async def test_resuming_an_instance_that_was_not_paused_changes_nothing(runner: Runner) -> None:
    """SDK 1.19.0 by itself would fail it for good; see `durably.engine.mending`."""
    instance_id = await _waiting(runner)
    await runner.client.resume(instance_id)
    await runner.client.raise_event(instance_id, "go", 1)
    assert (await runner.ended(instance_id)).output == [1]


async def test_pauses_and_resumes_that_cross_change_nothing(runner: Runner) -> None:
    instance_id = await _waiting(runner)
    await asyncio.gather(*(runner.client.pause(instance_id) for _ in range(3)))
    await asyncio.gather(*(runner.client.resume(instance_id) for _ in range(3)))
    await runner.client.raise_event(instance_id, "go", 1)
    assert (await runner.ended(instance_id)).output == [1]


@pytest.mark.parametrize("odd", ["a||b", "a/b", "ü 世界", "%2F", "a:b:c", "x" * 300, "'; DROP TABLE", "a\nb"])
async def test_an_odd_id_that_is_not_there_is_not_found(runner: Runner, odd: str) -> None:
    with pytest.raises(InstanceNotFoundError):
        await runner.client.get(odd)
    with pytest.raises(InstanceNotFoundError):
        await runner.client.history(odd)
