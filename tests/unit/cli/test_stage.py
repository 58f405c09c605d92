import io
from typing import Any

import pytest
from rich.console import Console

from durably.cli.evidence import ActivityReport, Check
from durably.cli.ledger import Run
from durably.cli.stage import LiveStage, PlainStage, Stage, show_checks, stage_for

KILLED = Run("assign_task", 11, "id", "killed")


def _report(*runs: Run, completions: int = 0, result: Any = None) -> ActivityReport:
    return ActivityReport("assign_task", runs, completions, result)


def test_the_table_shows_runs_workers_state_and_result() -> None:
    out = io.StringIO()
    with LiveStage(Console(file=out, force_terminal=True, width=120, color_system=None)) as stage:
        stage.say("kill -9 11")
        stage.show(
            [
                _report(
                    KILLED,
                    Run("assign_task", 22, "id", "completed"),
                    completions=1,
                    result={"task_id": "1", "a": 1, "b": None},
                )
            ]
        )
    (row,) = {line for line in out.getvalue().splitlines() if "assign_task" in line}
    assert [cell.strip() for cell in row.split("│")[1:-1]] == [
        "assign_task",
        "2",
        "PID 11 (killed), PID 22",
        "done",
        "a: 1",
    ]
    assert "kill -9 11" in out.getvalue()


def test_plain_lines_are_printed_only_when_something_changed(capsys: pytest.CaptureFixture[str]) -> None:
    stage = PlainStage()
    for report in (_report(), _report(KILLED), _report(KILLED), _report(KILLED, completions=1, result=None)):
        stage.show([report])
    assert capsys.readouterr().out.splitlines() == [
        "  assign_task: killed, runs: 1, on PID 11 (killed)",
        "  assign_task: done, runs: 1, on PID 11 (killed), result -",
    ]


def test_the_silent_stage_says_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    with Stage() as stage:
        stage.say("something")
        stage.show([_report(KILLED)])
    assert capsys.readouterr().out == ""


def test_a_pipe_gets_plain_lines_and_json_gets_silence() -> None:
    assert type(stage_for(silent=True)) is Stage
    assert type(stage_for(silent=False)) is PlainStage


def test_a_claim_that_does_not_hold_says_what_was_found(capsys: pytest.CaptureFixture[str]) -> None:
    show_checks(
        [
            Check("validate_task ran once", holds=True, found="-"),
            Check("notifications received: 1", holds=False, found="2"),
        ]
    )
    assert capsys.readouterr().out.splitlines() == [
        "  ok    validate_task ran once",
        "  FALSE notifications received: 1; found: 2",
    ]
