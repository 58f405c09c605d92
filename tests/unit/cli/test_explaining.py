"""A diagnosis as people read it, for every verdict that there is."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest

from durably.cli.commands.explaining import LOOKS, explained, verdict_cell
from durably.cli.commands.survey import Survey
from durably.contracts.diagnosis import Diagnosis, Evidence, Mismatch, NextCommand, Verdict
from durably.contracts.instances import Failure, InstanceStatus

NOW: Final = datetime(2026, 11, 23, 12, 0, 0, tzinfo=UTC)
AGO: Final = NOW - timedelta(minutes=4)


def diagnosis(instance_id: str = "task-1", **given: Any) -> Diagnosis:
    """A lost dispatch, with all that a diagnosis may say."""
    lost: dict[str, Any] = {
        "workflow": "pipeline",
        "version": "v2",
        "status": InstanceStatus.RUNNING,
        "verdict": Verdict.DISPATCH_LOST,
        "summary": "No worker runs assign_task.",
        "since": AGO,
        "activity": "assign_task",
        "attempt": 2,
        "worker": "w-1",
        "pod": "durably-worker-0",
        "namespace": "durably",
        "failure": Failure(type="TimeoutError", message="too slow", stack="line one\nline two"),
        "mismatch": Mismatch(expected="assign_task", actual="assign", file="pipeline.py", line=7),
        "evidence": (
            Evidence(text="It was scheduled.", at=AGO, source="history", event_id=3, event_type="taskScheduled"),
            Evidence(text="Nobody runs it.", at=NOW, source="heartbeat"),
        ),
        "next_commands": (NextCommand(command="kubectl logs w -c daprd", what="What the sidecar says."),),
    } | given
    return Diagnosis(instance_id=instance_id, healthy=lost["verdict"].is_healthy, at=NOW, **lost)


def lines(shown: Diagnosis, now: datetime | None = None) -> list[str]:
    return [cell.text for cell in explained(shown.model_dump(mode="json"), now=now)]


def test_a_diagnosis_says_the_verdict_what_it_rests_on_and_what_to_type() -> None:
    assert lines(diagnosis()) == [
        "task-1  pipeline  v2  running",
        "✕ dispatch lost",
        "  No worker runs assign_task.",
        "  since     2026-11-23T11:56:00.000Z",
        "  activity  assign_task",
        "  attempt   2",
        "  worker    w-1",
        "  pod       durably/durably-worker-0",
        "  failure   TimeoutError: too slow",
        "            line one",
        "            line two",
        "  expected  assign_task",
        "  actual    assign",
        "  where     pipeline.py:7",
        "evidence",
        "  2026-11-23T11:56:00.000Z  history taskScheduled 3  It was scheduled.",
        "  2026-11-23T12:00:00.000Z  heartbeat                Nobody runs it.",
        "next",
        "  # What the sidecar says.",
        "  kubectl logs w -c daprd",
    ]


def test_people_are_told_how_long_ago_it_was() -> None:
    shown = lines(diagnosis(), now=NOW)
    assert "  since     2026-11-23T11:56:00.000Z (4 min ago)" in shown
    assert "  2026-11-23T11:56:00.000Z  history taskScheduled 3  It was scheduled.  (4 min ago)" in shown


def test_a_child_that_is_waited_for_is_followed_down() -> None:
    grandchild = diagnosis("task-1:1:1")
    child = diagnosis("task-1:1", verdict=Verdict.WAITING_FOR_CHILD, child=grandchild)
    shown = lines(diagnosis(verdict=Verdict.WAITING_FOR_CHILD, child=child))
    assert "  task-1:1  pipeline  v2  running" in shown
    assert "    task-1:1:1  pipeline  v2  running" in shown
    assert shown.index("    ✕ dispatch lost") > shown.index("    task-1:1:1  pipeline  v2  running")


def test_what_steers_a_terminal_is_written_out() -> None:
    shown = lines(diagnosis(summary="\x1b[31mred", next_commands=(NextCommand(command="a\nrm b", what="\x07"),)))
    assert "  \\x1b[31mred" in shown
    assert shown[-2:] == ["  # \\x07", "  a\\nrm b"]


@pytest.mark.parametrize("verdict", Verdict)
def test_every_verdict_has_a_symbol_and_words_and_only_what_is_well_looks_well(verdict: Verdict) -> None:
    cell = verdict_cell(verdict.value, healthy=verdict.is_healthy)
    assert (cell.text[0] == "✕") == (not verdict.is_healthy)
    assert (cell.style == "bold red") == (not verdict.is_healthy)
    assert cell.text[2:] == verdict.value.replace("_", " ")
    assert (verdict.value in LOOKS) == verdict.is_healthy


def test_a_verdict_that_a_newer_server_has_is_shown_all_the_same() -> None:
    assert verdict_cell("moon_in_the_way", healthy=False).text == "✕ moon in the way"
    assert verdict_cell("taking_a_nap", healthy=True).text == "✓ taking a nap"


def test_a_survey_groups_what_is_not_well_the_most_frequent_first(capsys: pytest.CaptureFixture[str]) -> None:
    survey = Survey()
    for number in range(5):
        since = NOW - timedelta(minutes=number)
        survey.add(diagnosis(f"lost-{number}", since=since).model_dump(mode="json"))
    survey.add(diagnosis("gone", verdict=Verdict.MISSING_VERSION).model_dump(mode="json"))
    survey.add(diagnosis("well", verdict=Verdict.ACTIVITY_RUNNING).model_dump(mode="json"))
    survey.tell()
    shown = capsys.readouterr()
    assert [line.split("  ")[:2] for line in shown.out.splitlines()] == [
        ["✕ dispatch lost: 5"],
        ["", "lost-4"],
        ["", "lost-3"],
        ["", "lost-2"],
        ["", "and 2 more"],
        ["✕ missing version: 1"],
        ["", "gone"],
    ]
    assert shown.err.startswith("6 of 7 need somebody")
    report = survey.report()
    assert report["looked_at"] == 7
    assert [one["instance_id"] for one in report["diagnoses"]][-2:] == ["lost-1", "lost-0"]
    assert {entry["verdict"]: entry["count"] for entry in report["counts"]} == {
        "activity_running": 1,
        "dispatch_lost": 5,
        "missing_version": 1,
    }
