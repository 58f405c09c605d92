"""What the end-to-end tests conclude from log lines, held against lines that were made for it."""

import json

import pytest

from tests.e2e.evidence import Line, executions, parse, pause, percentile

STRUCK = 100.0


def line(event: str, at: float, pod: str = "a", activity: str = "assign_task", outcome: str | None = None) -> Line:
    return Line(pod, event, at, "task-1", activity, f"key-of-{activity}", outcome)


def began(at: float, pod: str = "a", activity: str = "assign_task") -> Line:
    return line("activity_started", at, pod, activity)


def ended(at: float, pod: str = "a", activity: str = "assign_task", outcome: str = "completed") -> Line:
    return line("activity_ended", at, pod, activity, outcome)


FINISHED = Line("b", "workflow_ended", 105.0, "task-1")


def test_a_log_line_of_an_activity_is_evidence_with_its_time_in_seconds() -> None:
    text = json.dumps(
        {
            "timestamp": "1970-01-01T00:01:40.250000Z",
            "event": "activity_ended",
            "instance_id": "task-1",
            "activity": "assign_task",
            "task_execution_id": "k",
            "outcome": "completed",
        }
    )
    assert parse("a", text) == Line("a", "activity_ended", 100.25, "task-1", "assign_task", "k", "completed")


@pytest.mark.parametrize("text", ['{"event": "worker_started"}', '{"event": "activity_started", "insta', "plain"])
def test_other_lines_and_lines_that_were_cut_off_are_no_evidence(text: str) -> None:
    assert parse("a", text) is None


def test_a_begin_is_closed_by_the_end_on_the_same_pod_and_stays_open_where_the_pod_was_killed() -> None:
    killed, again = executions([began(98), began(101, "b"), ended(103, "b")])
    assert (killed.pod, killed.ended, killed.outcome) == ("a", None, None)
    assert (again.pod, again.ended, again.outcome) == ("b", 103, "completed")


def test_the_same_pod_that_begins_again_after_its_container_was_killed_has_run_twice() -> None:
    assert [run.ended for run in executions([began(98), began(104), ended(106)])] == [None, 106]


def test_after_a_forced_deletion_the_pause_is_from_the_strike_to_the_next_begin() -> None:
    assert pause([began(98), began(101.3, "b"), ended(104.9, "b"), FINISHED], STRUCK) == pytest.approx(1.3)


def test_work_that_a_stopping_pod_still_does_is_no_pause() -> None:
    drained = [began(98), ended(103), began(103.4, "b", "send_notification"), ended(104.9, "b", "send_notification")]
    assert pause([*drained, FINISHED], STRUCK) == pytest.approx(0.4)


def test_an_activity_that_was_cut_off_pauses_from_there() -> None:
    cut = [began(98), ended(104, outcome="cancelled"), began(104.7, "b"), ended(104.9, "b"), FINISHED]
    assert pause(cut, STRUCK) == pytest.approx(0.7)


def test_a_second_execution_that_begins_before_the_first_has_ended_is_no_pause() -> None:
    overlapping = [began(98), began(100.5, "b"), ended(102), ended(105, "b"), FINISHED]
    assert pause(overlapping, STRUCK) == 0


def test_the_wait_for_the_end_of_the_workflow_is_a_pause_too() -> None:
    assert pause([began(98), ended(101), FINISHED], STRUCK) == pytest.approx(4)


def test_a_workflow_that_was_not_in_flight_has_no_pause() -> None:
    assert pause([began(101), ended(102), FINISHED], STRUCK) is None
    assert pause([began(97), ended(98)], STRUCK) is None
    assert pause([], STRUCK) is None


def test_a_percentile_is_one_of_the_values() -> None:
    values = [float(number) for number in range(1, 21)]
    assert (percentile(values, 0.5), percentile(values, 0.95), percentile([7.0], 0.95)) == (10, 19, 7)
