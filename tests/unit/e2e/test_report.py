"""The table of faults, from outcomes that were made for it, and the picture."""

import json
from pathlib import Path

import pytest

from tests.e2e.batch import Outcome
from tests.e2e.evidence import Execution
from tests.e2e.report import BEGIN, END, Report, as_markdown, as_text, rewritten
from tests.e2e.timeline import draw_timeline

FINE = Outcome(lost=(), doubled=(), rewritten=(), pauses_s=(0.25, 1.5))
BAD = Outcome(lost=("1: failed",), doubled=("2: two keys",), rewritten=(), pauses_s=(3.0,))


def table() -> Report:
    report = Report()
    report.add("worker", FINE)
    report.add("worker", BAD)
    report.add("redis", FINE)
    return report


def test_repetitions_of_a_fault_are_one_row_in_the_order_of_the_faults() -> None:
    worker, redis = table().rows
    assert worker.cells() == ("worker", "2", "3", "1", "1", "1.5 s", "3.0 s", "3.0 s")
    assert redis.cells() == ("redis", "1", "2", "0", "0", "0.2 s", "1.5 s", "1.5 s")


def test_a_fault_that_met_nothing_in_flight_has_no_times() -> None:
    row = Report().add("sentry", Outcome((), (), (), ()))
    assert row.cells() == ("sentry", "1", "0", "0", "0", "", "", "")


def test_the_table_is_aligned_on_the_terminal_and_piped_in_the_documentation() -> None:
    rows = table().rows
    assert len({len(line) for line in as_text(rows).splitlines()}) == 1
    assert "| worker | 2 | 3 | 1 | 1 | 1.5 s | 3.0 s | 3.0 s |" in as_markdown(rows).splitlines()


def test_the_numbers_are_kept_as_json(tmp_path: Path) -> None:
    table().write_json(tmp_path / "build" / "e2e.json")
    first, _ = json.loads((tmp_path / "build" / "e2e.json").read_text())
    assert (first["fault"], first["in_flight"], first["pauses_s"]) == ("worker", 3, [0.25, 1.5, 3.0])


def test_only_what_is_between_the_markers_of_a_document_is_replaced() -> None:
    document = f"before\n{BEGIN}\nold\n{END}\nafter\n"
    assert rewritten(document, "new") == f"before\n{BEGIN}\nnew\n{END}\nafter\n"
    with pytest.raises(ValueError, match="has no"):
        rewritten("no markers", "new")


def test_a_document_with_the_markers_is_where_the_table_goes() -> None:
    text = (Path(__file__).parents[3] / "docs" / "durability.md").read_text()
    assert "the new table" in rewritten(text, "the new table")


def test_the_picture_shows_each_workflow_the_pods_and_the_moment_of_the_strike(tmp_path: Path) -> None:
    killed = Execution("pod-a", "task-1", "assign_task", "k", began=99.0)
    again = Execution("pod-b", "task-1", "assign_task", "k", began=100.4, ended=105.4, outcome="completed")
    draw_timeline({"task-1": [killed, again]}, 100.0, "A pod is deleted", tmp_path / "timeline.svg")
    drawn = (tmp_path / "timeline.svg").read_text()
    assert all(words in drawn for words in ("workflow 1", "pod A", "pod B", "assign", "A pod is deleted"))
