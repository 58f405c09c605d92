"""The observer against the real log chain and a real registry: both are ours, and what comes out is what counts."""

import asyncio
from datetime import UTC, datetime

import pytest
from prometheus_client import CollectorRegistry

from durably.contracts.held_back import HeldBack, HoldKind
from durably.contracts.instances import InstanceStatus
from durably.contracts.observations import ActivityRun, HostObserver, WorkflowRun
from durably.telemetry.metrics import WorkflowMetrics
from durably.telemetry.observer import TelemetryObserver
from tests.unit.telemetry.conftest import Lines

_RUN = WorkflowRun("task-1", "pipeline", "v1")
_ATTEMPT = ActivityRun("task-1", "pipeline", "assign", 2, "key-1", 3)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def observer(lines: Lines, registry: CollectorRegistry) -> TelemetryObserver:
    metrics = WorkflowMetrics(registry)
    metrics.declare(workflows=["pipeline"], activities=[])
    return TelemetryObserver(metrics)


def test_it_is_what_the_host_asks_for(observer: TelemetryObserver) -> None:
    host_observer: HostObserver = observer
    assert host_observer is observer


def test_a_workflow_is_one_line_at_its_start_and_one_at_its_end(observer: TelemetryObserver, lines: Lines) -> None:
    observer.workflow_started(_RUN)
    observer.workflow_ended(_RUN, InstanceStatus.COMPLETED, 1.5, None)

    started, ended = lines()
    assert (started["event"], started["instance_id"], started["workflow"]) == ("workflow_started", "task-1", "pipeline")
    assert (ended["event"], ended["status"], ended["duration_s"]) == ("workflow_ended", "completed", 1.5)


def test_a_life_that_continues_as_new_has_not_ended(
    observer: TelemetryObserver, lines: Lines, registry: CollectorRegistry
) -> None:
    observer.workflow_continued(_RUN)

    assert [line["event"] for line in lines()] == ["workflow_continued"]
    labels = {"workflow": "pipeline", "status": "continued_as_new"}
    assert registry.get_sample_value("durably_workflows_finished_total", labels) == 1


def test_a_replay_is_counted_and_not_logged(
    observer: TelemetryObserver, lines: Lines, registry: CollectorRegistry
) -> None:
    for _ in range(3):
        observer.workflow_replayed(_RUN)

    assert lines() == []
    assert registry.get_sample_value("durably_workflow_replays_total", {"workflow": "pipeline"}) == 3


def test_an_attempt_binds_what_identifies_it(observer: TelemetryObserver, lines: Lines) -> None:
    observer.activity_started(_ATTEMPT)
    observer.activity_ended(_ATTEMPT, 0.25, None)

    identity = {
        "instance_id": "task-1",
        "workflow": "pipeline",
        "activity": "assign",
        "task_id": 2,
        "task_execution_id": "key-1",
        "attempt": 3,
    }
    started, ended = lines()
    assert started["event"] == "activity_started"
    assert started | identity == started
    assert ended["event"] == "activity_ended"
    assert ended | identity | {"outcome": "completed", "duration_s": 0.25} == ended


def test_a_failed_attempt_says_what_and_where_in_its_one_line(observer: TelemetryObserver, lines: Lines) -> None:
    observer.activity_ended(_ATTEMPT, 0.1, _raised(LookupError("no such thing")))

    (line,) = lines()
    assert line["level"] == "warning"
    assert line["outcome"] == "failed"
    assert (line["error_type"], line["error"]) == ("LookupError", "no such thing")
    assert "test_observer.py" in line["exception"]


def test_an_attempt_that_was_cancelled_has_not_failed(
    observer: TelemetryObserver, lines: Lines, registry: CollectorRegistry
) -> None:
    observer.activity_ended(_ATTEMPT, 0.1, asyncio.CancelledError())

    (line,) = lines()
    assert line["outcome"] == "cancelled"
    assert "exception" not in line
    labels = {"activity": "assign", "outcome": "failed"}
    assert registry.get_sample_value("durably_activity_attempts_total", labels) is None


def test_a_failed_workflow_is_an_error(observer: TelemetryObserver, lines: Lines) -> None:
    observer.workflow_ended(_RUN, InstanceStatus.FAILED, 0.1, _raised(ValueError("odd")))

    (line,) = lines()
    assert (line["level"], line["status"], line["error_type"]) == ("error", "failed", "ValueError")


_HELD = HeldBack(
    instance_id="odd-1",
    kind=HoldKind.REPLAY_DIFFERS,
    workflow="pipeline",
    version="v1",
    expected="activity assign (id 2)",
    actual="timer (id 2)",
    file="pipeline.py",
    line=12,
    since=datetime(2026, 11, 23, tzinfo=UTC),
    message="The history has another step.",
)


def test_what_is_held_back_is_an_error_with_both_steps_and_their_place(
    observer: TelemetryObserver, lines: Lines, registry: CollectorRegistry
) -> None:

    observer.work_held_back(_HELD)

    (line,) = lines()
    assert (line["event"], line["level"], line["instance_id"]) == ("workflow_held_back", "error", "odd-1")
    assert (line["reason"], line["error"]) == ("replay_differs", "The history has another step.")
    assert (line["expected"], line["actual"]) == ("activity assign (id 2)", "timer (id 2)")
    assert (line["file"], line["line"], line["since"]) == ("pipeline.py", 12, "2026-11-23T00:00:00Z")
    labels = {"workflow": "pipeline", "reason": "replay_differs"}
    assert registry.get_sample_value("durably_held_back_total", labels) == 1


def test_an_activity_of_an_unknown_workflow_that_is_held_back_makes_no_label_of_its_own(
    observer: TelemetryObserver, lines: Lines, registry: CollectorRegistry
) -> None:
    update = {"kind": HoldKind.ACTIVITY_NOT_REGISTERED, "activity": "assign", "workflow": "made-up"}

    observer.work_held_back(_HELD.model_copy(update=update))

    (line,) = lines()
    assert (line["event"], line["activity"]) == ("activity_held_back", "assign")
    labels = {"workflow": "other", "reason": "activity_not_registered"}
    assert registry.get_sample_value("durably_held_back_total", labels) == 1


def test_how_much_is_held_back_now_goes_up_and_down(observer: TelemetryObserver, registry: CollectorRegistry) -> None:
    observer.holding(2)
    assert registry.get_sample_value("durably_work_held_back") == 2
    observer.holding(0)
    assert registry.get_sample_value("durably_work_held_back") == 0


def test_an_endless_message_is_cut(observer: TelemetryObserver, lines: Lines) -> None:
    observer.activity_ended(_ATTEMPT, 0.1, _raised(ValueError("x" * 1_000_000)))

    (line,) = lines()
    assert len(line["error"]) + len(line["exception"]) < 15_000


def test_activities_are_in_flight_between_their_start_and_their_end(
    observer: TelemetryObserver, registry: CollectorRegistry
) -> None:
    def in_flight() -> float | None:
        return registry.get_sample_value("durably_activities_in_flight", {"activity": "assign"})

    observer.activity_started(_ATTEMPT)
    observer.activity_started(_ATTEMPT)
    assert in_flight() == 2
    observer.activity_ended(_ATTEMPT, 0.1, None)
    observer.activity_ended(_ATTEMPT, 0.1, ValueError("odd"))
    assert in_flight() == 0


def test_outcomes_are_counted_apart(observer: TelemetryObserver, registry: CollectorRegistry) -> None:
    observer.activity_ended(_ATTEMPT, 0.1, None)
    observer.activity_ended(_ATTEMPT, 0.1, ValueError("odd"))

    for outcome in ("completed", "failed"):
        labels = {"activity": "assign", "outcome": outcome}
        assert registry.get_sample_value("durably_activity_attempts_total", labels) == 1
        assert registry.get_sample_value("durably_activity_duration_seconds_count", labels) == 1


def test_a_lost_stream_is_a_warning_and_a_number(
    observer: TelemetryObserver, lines: Lines, registry: CollectorRegistry
) -> None:
    observer.stream_changed(connected=True)
    assert registry.get_sample_value("durably_work_stream_connected") == 1
    observer.stream_changed(connected=False)

    assert [(line["event"], line["level"]) for line in lines()] == [
        ("work_stream_connected", "info"),
        ("work_stream_lost", "warning"),
    ]
    assert registry.get_sample_value("durably_work_stream_connected") == 0
    assert registry.get_sample_value("durably_work_stream_losses_total") == 1


def test_a_stream_that_ends_because_we_stop_is_no_loss(
    observer: TelemetryObserver, lines: Lines, registry: CollectorRegistry
) -> None:
    observer.stream_changed(connected=True)
    observer.stopping = True
    observer.stream_changed(connected=False)

    assert lines()[-1]["event"] == "work_stream_closed"
    assert registry.get_sample_value("durably_work_stream_losses_total") == 0


def _raised(error: Exception) -> Exception:
    try:
        raise error
    except type(error) as caught:
        return caught
