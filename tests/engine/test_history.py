"""Histories: everything that happened, in order."""

from itertools import pairwise

from durably.contracts.instances import InstanceStatus
from tests.harness.runner import Runner


async def test_the_history_tells_every_step_in_order(runner: Runner) -> None:
    view = await runner.run("sequence", ["a", "b"])
    kinds = [event.type for event in await runner.events(view.instance_id)]
    assert kinds == [
        "workflowStarted", "executionStarted", "taskScheduled",
        "workflowStarted", "taskCompleted", "taskScheduled",
        "workflowStarted", "taskCompleted", "executionCompleted",
    ]  # fmt: skip


async def test_the_times_in_a_history_never_go_back_within_a_turn(runner: Runner) -> None:
    view = await runner.run("sequence", ["a", "b", "c"])
    turns = [event.timestamp for event in await runner.events(view.instance_id, "workflowStarted")]
    assert len(turns) == 4
    assert all(earlier <= later for earlier, later in pairwise(turns))


async def test_the_start_carries_name_version_and_input(runner: Runner) -> None:
    view = await runner.run("sequence", ["a"])
    (started,) = await runner.events(view.instance_id, "executionStarted")
    assert started.name == "sequence"
    assert started.input == ["a"]
    turns = await runner.events(view.instance_id, "workflowStarted")
    assert "v1" in {turn.version for turn in turns}


async def test_a_call_and_its_result_belong_together(runner: Runner) -> None:
    view = await runner.run("sequence", ["a", "b"])
    calls = await runner.events(view.instance_id, "taskScheduled")
    results = await runner.events(view.instance_id, "taskCompleted")
    assert [call.name for call in calls] == ["echo", "echo"]
    assert [call.input for call in calls] == ["a", "b"]
    assert [result.result for result in results] == ["a", "b"]
    assert [result.scheduled_id for result in results] == [call.event_id for call in calls]
    assert [result.task_execution_id for result in results] == [call.task_execution_id for call in calls]


async def test_the_end_carries_status_and_result(runner: Runner) -> None:
    view = await runner.run("sequence", ["a"])
    (ended,) = await runner.events(view.instance_id, "executionCompleted")
    assert ended.status is InstanceStatus.COMPLETED
    assert ended.result == ["a"]


async def test_an_event_is_in_the_history_with_its_payload(runner: Runner) -> None:
    instance_id = await runner.start("wait_for_events", ["approve"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    await runner.client.raise_event(instance_id, "approve", {"by": "ada"})
    await runner.ended(instance_id)
    (raised,) = await runner.events(instance_id, "eventRaised")
    assert raised.name == "approve"
    assert raised.input == {"by": "ada"}


async def test_pauses_are_in_the_history_in_order(runner: Runner) -> None:
    instance_id = await runner.start("wait_for_events", ["go"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    await runner.client.pause(instance_id, reason="lunch")
    await runner.client.resume(instance_id, reason="back")
    kinds = [event.type for event in await runner.events(instance_id)]
    assert kinds.index("executionSuspended") < kinds.index("executionResumed")
    await runner.client.terminate(instance_id)


async def test_a_child_is_in_the_history_of_its_parent(runner: Runner) -> None:
    view = await runner.run("parent", {"workflow": "sequence", "input": [1]})
    (created,) = await runner.events(view.instance_id, "childWorkflowInstanceCreated")
    (completed,) = await runner.events(view.instance_id, "childWorkflowInstanceCompleted")
    assert created.name == "sequence"
    assert created.input == [1]
    assert completed.result == [1]
    assert completed.scheduled_id == created.event_id
    assert (await runner.client.get(created.child_id or "")).output == [1]


async def test_a_timer_says_which_wait_it_ends_and_which_activity_is_tried_again_after_it(runner: Runner) -> None:
    instance_id = await runner.start("wait_for_events", ["go"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    await runner.client.raise_event(instance_id, "go")
    await runner.ended(instance_id)
    assert [timer.waits_for for timer in await runner.events(instance_id, "timerCreated")] == ["go"]
    view = await runner.run("call_with_retry", {"activity": "fail", "first_s": 0.01, "attempts": 2})
    first, second = await runner.events(view.instance_id, "taskScheduled")
    (pause,) = await runner.events(view.instance_id, "timerCreated")
    assert (pause.waits_for, pause.retry_of) == (None, first.task_execution_id)
    assert second.task_execution_id == first.task_execution_id
