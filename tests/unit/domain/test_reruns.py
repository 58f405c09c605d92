from datetime import UTC, datetime
from typing import Any

import pytest

from durably.contracts.instances import Failure, HistoryEvent, InstanceStatus, InstanceView
from durably.domain.reruns import choose, find

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def event(kind: str, event_id: int = -1, **fields: Any) -> HistoryEvent:
    return HistoryEvent(event_id=event_id, timestamp=NOW, type=kind, **fields)


def called(event_id: int, name: str = "charge", given: Any = None) -> HistoryEvent:
    return event("taskScheduled", event_id, name=name, input=given)


def failed(scheduled_id: int, message: str = "no") -> HistoryEvent:
    return event("taskFailed", scheduled_id=scheduled_id, failure=Failure(type="ValueError", message=message))


def done(scheduled_id: int) -> HistoryEvent:
    return event("taskCompleted", scheduled_id=scheduled_id)


def ended(message: str | None) -> InstanceView:
    failure = None if message is None else Failure(type="TaskFailedError", message=message)
    status = InstanceStatus.FAILED if failure else InstanceStatus.COMPLETED
    return InstanceView(instance_id="i-1", workflow="w", status=status, created_at=NOW, updated_at=NOW, failure=failure)


def chosen(view: InstanceView, *events: HistoryEvent) -> int | None:
    choice = choose(view, events)
    return None if choice is None else choice.event_id


@pytest.mark.parametrize("kind", ["taskScheduled", "timerCreated", "childWorkflowInstanceCreated"])
def test_activities_timers_and_children_can_be_repeated(kind: str) -> None:
    there = event(kind, 3)

    assert find([event("workflowStarted"), there], 3) == there


def test_nothing_else_can_be_repeated() -> None:
    events = [event("executionStarted"), event("taskCompleted", scheduled_id=3), event("executionCompleted", 3)]

    assert find(events, 3) is None
    assert find(events, -1) is None
    assert chosen(ended(None), *events) is None


def test_an_instance_that_did_not_fail_begins_with_its_first_event() -> None:
    assert chosen(ended(None), event("executionStarted"), called(1), done(1), called(2), done(2)) == 1


def test_a_failed_one_begins_with_what_failed_and_ended_it() -> None:
    message = "i-1: Activity task #2 failed: no"

    assert chosen(ended(message), called(1, "reserve"), done(1), called(2), failed(2)) == 2


def test_it_begins_with_the_first_attempt_so_that_there_are_as_many_again() -> None:
    events = [called(1, "reserve"), done(1)]
    for attempt in (2, 4, 6):
        pause = [event("timerCreated", attempt + 1), event("timerFired", scheduled_id=attempt + 1)]
        events += [called(attempt, given=7), failed(attempt), *(pause if attempt < 6 else [])]

    assert chosen(ended("i-1: Activity task #6 failed: no"), *events) == 2


def test_attempts_before_something_else_was_done_are_left_as_they_are() -> None:
    events = [called(2), failed(2), called(3, "release"), done(3), called(4), failed(4)]

    assert chosen(ended("i-1: Activity task #4 failed: no"), *events) == 4


def test_a_call_with_another_input_is_another_call() -> None:
    events = [called(2, given=1), failed(2), called(3, given=2), failed(3)]

    assert chosen(ended("i-1: Activity task #3 failed: no"), *events) == 3


def test_a_child_that_failed_is_repeated() -> None:
    child = event("childWorkflowInstanceCreated", 5, name="child")
    wrong = Failure(type="TaskFailedError", message="i-1:0005: Activity task #1 failed: no")
    message = "Sub-orchestration task #5 failed: i-1:0005: Activity task #1 failed: no"
    events = [called(1), done(1), child, event("childWorkflowInstanceFailed", scheduled_id=5, failure=wrong)]

    assert chosen(ended(message), *events) == 5


def test_a_failure_of_the_workflows_own_is_not_blamed_on_an_activity_that_failed_before() -> None:
    assert chosen(ended("boom"), called(1), done(1), called(2), failed(2)) == 1
