"""The demo's verdict is only worth something if it can be negative: each way of being wrong is tried."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from durably.cli.evidence import Evidence, activities
from durably.cli.ledger import Ledger
from durably.contracts.instances import History, HistoryEvent, InstanceStatus, InstanceView

NOW = datetime(2026, 1, 1, tzinfo=UTC)
FIRST, SECOND = 11, 22
ACTIVITIES = ("validate_task", "assign_task", "send_notification")


def _log(ledger: Ledger, pid: int, event: str, activity: str, **more: Any) -> None:
    entry = {"event": event, "instance_id": "task-1", "activity": activity, "task_execution_id": f"id-{activity}"}
    ledger.line("worker", pid, json.dumps(entry | more))


def _run(ledger: Ledger, pid: int, activity: str, **more: Any) -> None:
    _log(ledger, pid, "activity_started", activity, **more)
    _log(ledger, pid, "activity_ended", activity, outcome="completed", **more)


def _history(*completed: str) -> History:
    events = [HistoryEvent(event_id=n, timestamp=NOW, type="taskScheduled", name=a) for n, a in enumerate(ACTIVITIES)]
    for name in completed:
        scheduled_id = ACTIVITIES.index(name)
        events.append(HistoryEvent(event_id=-1, timestamp=NOW, type="taskCompleted", scheduled_id=scheduled_id))
    return History(instance_id="task-1", events=tuple(events))


@pytest.fixture
async def ledger() -> Ledger:
    """What the logs say when all goes well."""
    ledger = Ledger("task-1")
    _run(ledger, FIRST, "validate_task")
    _log(ledger, FIRST, "activity_started", "assign_task")
    ledger.ended("worker", FIRST, -9)
    _run(ledger, SECOND, "assign_task")
    _run(ledger, SECOND, "send_notification")
    return ledger


def _evidence(ledger: Ledger, history: History | None = None) -> Evidence:
    output = {"task_id": "1", "status": "completed", "message": "done"}
    view = InstanceView(
        instance_id="task-1",
        workflow="w",
        status=InstanceStatus.COMPLETED,
        created_at=NOW,
        updated_at=NOW,
        output=output,
    )
    notification = {"key": "id-send_notification", "body": {"task_id": "1"}}
    return Evidence(view, activities(ledger.runs, history or _history(*ACTIVITIES)), FIRST, SECOND, (notification,))


def _false(evidence: Evidence) -> list[tuple[str, str]]:
    return [(check.claim, check.found) for check in evidence.checks() if not check.holds]


async def test_all_claims_hold_when_the_task_survived(ledger: Ledger) -> None:
    evidence = _evidence(ledger)
    assert [check.claim for check in evidence.checks() if check.holds] == [
        "validate_task ran once: PID 11",
        "assign_task ran twice: PID 11 (killed), PID 22",
        "both runs of assign_task had one idempotency key",
        "send_notification ran once: PID 22",
        "the history records each activity as completed once",
        "notifications received: 1",
        "the task ended completed",
    ]
    assert evidence.document()["ok"] is True


async def test_a_completed_activity_that_ran_again_is_found(ledger: Ledger) -> None:
    _run(ledger, SECOND, "validate_task")
    assert _false(_evidence(ledger)) == [
        ("validate_task ran once: PID 11", "validate_task ran twice: PID 11, PID 22"),
    ]
    assert _evidence(ledger).document()["ok"] is False


async def test_an_activity_that_was_not_interrupted_is_found() -> None:
    ledger = Ledger("task-1")
    for activity in ACTIVITIES:
        _run(ledger, FIRST, activity)
    expected, found = "assign_task ran twice: PID 11 (killed), PID 22", "assign_task ran once: PID 11"
    assert (expected, found) in _false(_evidence(ledger))


async def test_another_key_for_the_second_run_is_found(ledger: Ledger) -> None:
    ledger.runs[2].task_execution_id = "another"
    assert _false(_evidence(ledger)) == [("both runs of assign_task had one idempotency key", "2 keys")]


async def test_a_completion_that_the_history_lacks_is_found(ledger: Ledger) -> None:
    evidence = _evidence(ledger, _history("validate_task", "assign_task"))
    assert [claim for claim, _ in _false(evidence)] == ["the history records each activity as completed once"]


@pytest.mark.parametrize("received", [(), ("id-send_notification", "id-send_notification"), ("another",)])
async def test_notifications_other_than_the_one_are_found(ledger: Ledger, received: tuple[str, ...]) -> None:
    evidence = replace(_evidence(ledger), notifications=tuple({"key": key} for key in received))
    assert _false(evidence) == [("notifications received: 1", f"{len(received)}, under {list(received)}")]


async def test_a_task_that_did_not_complete_is_found(ledger: Ledger) -> None:
    evidence = _evidence(ledger)
    instance = evidence.instance.model_copy(update={"output": None, "status": InstanceStatus.FAILED})
    assert _false(replace(evidence, instance=instance)) == [("the task ended completed", "failed: None")]


async def test_an_activity_is_done_only_when_the_history_says_so(ledger: Ledger) -> None:
    states = [activity.state for activity in activities(ledger.runs, _history("validate_task"))]
    assert states == ["done", "running", "running"]
    assert [activity.state for activity in activities(ledger.runs[:2], None)] == ["running", "killed", "waiting"]


async def test_logs_of_other_instances_and_lines_that_are_no_json_are_passed_over(ledger: Ledger) -> None:
    before = len(ledger.runs)
    ledger.line("worker", FIRST, "Traceback (most recent call last):")
    ledger.line("worker", FIRST, "[1]")
    ledger.line("api", FIRST, json.dumps({"event": "activity_started", "instance_id": "task-1"}))
    _log(ledger, FIRST, "activity_started", "assign_task", instance_id="task-2")
    assert len(ledger.runs) == before
