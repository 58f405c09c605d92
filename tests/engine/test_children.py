"""Child workflows."""

import pytest

from durably.contracts.errors import InstanceNotFoundError
from durably.contracts.instances import InstanceStatus
from tests.harness.connecting import held
from tests.harness.runner import Host, Runner


async def test_a_parent_gets_the_result_of_its_child(runner: Runner) -> None:
    assert (await runner.run("parent", {"workflow": "sequence", "input": [1, 2]})).output == [1, 2]


async def test_a_child_is_an_instance_of_its_own_with_the_id_it_was_given(runner: Runner) -> None:
    child_id = runner.new_id("child")
    await runner.run("parent", {"workflow": "sequence", "input": ["hi"], "instance_id": child_id})
    child = await runner.client.get(child_id)
    assert child.workflow == "sequence"
    assert child.status is InstanceStatus.COMPLETED
    assert child.output == ["hi"]


async def test_a_child_without_an_id_gets_one_of_its_own(runner: Runner) -> None:
    view = await runner.run("parent_of_many", [{"workflow": "sequence", "input": [i]} for i in range(2)])
    created = await runner.events(view.instance_id, "childWorkflowInstanceCreated")
    history = await runner.client.history(view.instance_id)
    assert len(created) == 2, [event.type for event in history.events]
    assert view.output == [[0], [1]]


async def test_children_run_side_by_side(runner: Runner) -> None:
    """Two children that each wait for an event are both there to receive it."""
    ids = [runner.new_id("child") for _ in range(2)]
    children = [{"workflow": "wait_for_events", "input": ["go"], "instance_id": i} for i in ids]
    instance_id = await runner.start("parent_of_many", children)
    for child_id in ids:
        await runner.reaches(child_id, InstanceStatus.RUNNING)
    for child_id in ids:
        await runner.client.raise_event(child_id, "go", child_id)
    assert (await runner.ended(instance_id)).output == [[ids[0]], [ids[1]]]


async def test_the_failure_of_a_child_fails_its_parent_with_the_reason(runner: Runner) -> None:
    view = await runner.run("parent", {"workflow": "explode", "input": "child is broken"})
    assert view.status is InstanceStatus.FAILED
    assert view.failure is not None
    assert "child is broken" in view.failure.message


async def test_a_parent_can_catch_the_failure_of_its_child(runner: Runner) -> None:
    view = await runner.run("catching_parent", {"workflow": "explode", "input": "child is broken"})
    assert view.status is InstanceStatus.COMPLETED
    assert "child is broken" in view.output["message"]


async def test_a_failing_child_is_tried_again_under_a_policy(runner: Runner) -> None:
    view = await runner.run("retrying_parent", {"workflow": "explode", "input": "again", "attempts": 3})
    assert view.status is InstanceStatus.FAILED
    kinds = [event.type for event in await runner.events(view.instance_id)]
    assert kinds.count("childWorkflowInstanceCreated") == 3
    assert kinds.count("childWorkflowInstanceFailed") == 3


async def test_an_unknown_child_workflow_is_held_back_and_ends_with_its_parent(runner: Runner, host: Host) -> None:
    child_id = runner.new_id("child")
    instance_id = await runner.start("parent", {"workflow": "no_such_workflow", "instance_id": child_id})
    assert (await held(host, child_id)).workflow == "no_such_workflow"
    assert (await runner.client.get(instance_id)).status is InstanceStatus.RUNNING
    await runner.client.terminate(instance_id)
    for each in (instance_id, child_id):
        assert (await runner.ended(each)).status is InstanceStatus.TERMINATED


async def test_termination_and_purge_reach_grandchildren(runner: Runner) -> None:
    child_id, grandchild_id = runner.new_id("child"), runner.new_id("grandchild")
    grandchild = {"workflow": "wait_for_events", "input": ["go"], "instance_id": grandchild_id}
    instance_id = await runner.start("parent", {"workflow": "parent", "input": grandchild, "instance_id": child_id})
    await runner.reaches(grandchild_id, InstanceStatus.RUNNING)
    await runner.client.terminate(instance_id)
    for each in (instance_id, child_id, grandchild_id):
        assert (await runner.ended(each)).status is InstanceStatus.TERMINATED
    await runner.client.purge(instance_id)
    for each in (instance_id, child_id, grandchild_id):
        with pytest.raises(InstanceNotFoundError):
            await runner.client.get(each)


async def test_a_child_whose_id_is_taken_by_a_running_instance_fails_its_parent(runner: Runner) -> None:
    taken = await runner.start("wait_for_events", ["go"])
    await runner.reaches(taken, InstanceStatus.RUNNING)
    view = await runner.run("catching_parent", {"workflow": "sequence", "input": [1], "instance_id": taken})
    assert view.status is InstanceStatus.COMPLETED
    assert taken in view.output["message"]
    assert (await runner.client.get(taken)).status is InstanceStatus.RUNNING
    await runner.client.terminate(taken)
