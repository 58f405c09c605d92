from datetime import UTC, datetime
from typing import Any

from durably.cli.commands.drawing import drawn
from durably.cli.commands.timeline import Timeline

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def _event(kind: str, second: int, event_id: int = -1, **more: Any) -> dict[str, Any]:
    return {"type": kind, "event_id": event_id, "timestamp": NOON.replace(second=second).isoformat(), **more}


def test_an_activity_is_one_step_from_its_schedule_to_its_end() -> None:
    timeline = Timeline(
        [
            _event("workflowStarted", 0),
            _event("executionStarted", 0, input={"a": 1}),
            _event("taskScheduled", 1, 5, name="work", input="in"),
            _event("taskCompleted", 4, scheduled_id=5, result="out"),
            _event("executionCompleted", 5, status="completed"),
        ]
    )
    started, work, ended = timeline.steps
    assert (started.what, started.detail) == ("started", '{"a": 1}')
    assert (work.event_id, work.what, work.state, work.seconds(NOON), work.detail) == (5, "work", "done", 3, "out")
    assert (ended.what, ended.state) == ("completed", "")


def test_who_started_it_and_who_raised_an_event_stand_in_the_detail() -> None:
    timeline = Timeline(
        [
            _event("executionStarted", 0, input=1, by="ada", rerun_of="task-1", rerun_from=3),
            _event("eventRaised", 1, name="go", input={"a": 1}, by="grace\x1b[31m"),
            _event("eventRaised", 2, name="go"),
        ]
    )
    assert [step.detail for step in timeline.steps] == [
        "by ada, rerun of task-1 from event 3; 1",
        'by grace\\x1b[31m; {"a": 1}',
        "",
    ]


def test_what_has_not_ended_runs_until_now_and_is_left_when_the_instance_ends() -> None:
    timeline = Timeline([_event("timerCreated", 1, 2, fire_at="2026-02-01T00:00:00Z")])
    (timer,) = timeline.steps
    assert (timer.state, timer.seconds(NOON.replace(second=31))) == ("waiting", 30)
    timeline.add(_event("executionCompleted", 40, status="terminated", result="ada: enough"))
    assert timer.state == "left"
    assert timeline.steps[-1].detail == "ada: enough"


def test_a_failure_says_what_went_wrong_and_a_child_is_a_step() -> None:
    timeline = Timeline(
        [
            _event("childWorkflowInstanceCreated", 1, 3, name="child"),
            _event("childWorkflowInstanceFailed", 2, scheduled_id=3, failure={"type": "Boom", "message": "no"}),
        ]
    )
    assert [(step.what, step.state, step.detail) for step in timeline.steps] == [("child", "failed", "Boom: no")]


def test_events_pauses_and_kinds_that_are_new_are_shown_as_they_are() -> None:
    timeline = Timeline(
        [
            _event("eventRaised", 1, name="go", input={"x": 1}),
            _event("executionSuspended", 2, input="ada: wait"),
            _event("somethingNew", 3),
            _event("taskCompleted", 4, scheduled_id=99),
        ]
    )
    shown = [(step.what, step.detail) for step in timeline.steps]
    assert shown == [("event go", '{"x": 1}'), ("paused", "ada: wait"), ("somethingNew", "")]


def test_the_worker_that_ran_an_activity_is_shown_where_there_is_room() -> None:
    timeline = Timeline([_event("taskScheduled", 1, 5, name="work", worker="one")])
    (work,) = timeline.steps
    assert work.worker == "one"
    timeline.add(_event("taskCompleted", 4, scheduled_id=5, worker="two"))
    assert work.worker == "two"
    heads = {
        width: [column.header for column in drawn(timeline, NOON, width=width).columns] for width in (80, 120, 160)
    }
    assert {width: "worker" in head for width, head in heads.items()} == {80: False, 120: False, 160: True}
