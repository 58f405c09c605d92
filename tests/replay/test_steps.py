"""What a rehearsal tells of each step: what was new, what the code saw, where it stood, what it asked for."""

import inspect

from durably.contracts.replays import Place, Rehearsal
from durably.engine.recording import events_of
from durably.engine.registry import Registry
from durably.engine.rehearsal import rehearse
from tests.replay.recorder import HISTORIES
from tests.replay.test_released_versions import read
from worker.workflows.task_processing import TASK_PROCESSING_V2


def rehearsed(history: str) -> Rehearsal:
    recording = read(HISTORIES / f"{history}.json")
    return rehearse(Registry(workflows=(TASK_PROCESSING_V2,), activities=()), events_of(recording))


def stands_in(place: Place | None) -> str:
    """The line of a place, after a look whether it is that line."""
    assert place is not None
    file = inspect.getsourcefile(TASK_PROCESSING_V2.run)
    if place.file == file:
        source = inspect.getsource(inspect.getmodule(TASK_PROCESSING_V2.run) or inspect).splitlines()
        assert place.text == source[place.line - 1].strip()
    return place.text


def test_each_step_begins_where_the_one_before_it_waited() -> None:
    steps = rehearsed("task_processing_workflow.v2.task_done.embedded").steps
    assert steps[0].code_from is None
    assert [step.code_from for step in steps[1:]] == [step.code_to for step in steps[:-1]]
    assert ["VALIDATE" in stands_in(steps[0].code_to), "ASSIGN" in stands_in(steps[1].code_to)] == [True, True]
    assert stands_in(steps[-1].code_to) == "return completed(task, assignment.assignee)"


def test_a_step_tells_what_was_new_and_what_the_yield_gave() -> None:
    first, second, *_ = rehearsed("task_processing_workflow.v2.task_done.dapr").steps
    assert [event.type for event in first.new_events] == ["workflowStarted", "executionStarted"]
    assert [event.type for event in second.new_events] == ["workflowStarted", "taskCompleted"]
    assert first.seen == ()
    (answer,) = second.seen
    assert [action.name for action in answer.asked] == ["validate_task"]
    assert answer.value["accepted"] is True
    assert answer.place == first.code_to


def test_what_was_seen_before_comes_from_the_history_when_the_code_runs_again() -> None:
    rehearsal = rehearsed("task_processing_workflow.v2.task_done.embedded")
    names = [[answer.asked[0].name for answer in rehearsal.seen_before(step.turn)] for step in rehearsal.steps]
    calls = ["validate_task", "assign_task", "send_notification"]
    assert names == [[], *(calls[:count] for count in range(3))]


def test_what_the_code_asked_for_stands_beside_what_is_recorded_with_the_line_that_asks() -> None:
    steps = rehearsed("task_processing_workflow.v2.task_announced_late.dapr").steps
    for step in steps:
        assert [action.told for action in step.asked_for] == [action.told for action in step.recorded]
        assert all(action.place is not None for action in step.asked_for)
    asked = [action.told for step in steps for action in step.asked_for]
    assert asked == [
        "activity validate_task (id 1)",
        "activity assign_task (id 2)",
        "activity send_notification (id 3)",
        "pause before a retry (id 4)",
        "activity send_notification (id 5)",
        "end, completed",
    ]


def test_a_wait_inside_of_a_building_block_is_told_by_the_line_in_it() -> None:
    steps = rehearsed("task_processing_workflow.v2.task_approved.dapr").steps
    waiting = next(step for step in steps if any(action.name == "approval" for action in step.asked_for))
    assert waiting.code_to is not None
    assert (waiting.code_to.function, "when_any" in waiting.code_to.text) == ("approval", True)
    voted = next(answer for step in steps for answer in step.seen if answer.place.function == "approval")
    assert {action.name for action in voted.asked} <= {"approval", "send_notification"}
