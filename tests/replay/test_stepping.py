"""Stepping through a history: which lines ran in a step, which ran again, and the source that they are lines of."""

import inspect
import sys

import pytest

from durably.contracts.replays import StepThrough
from durably.engine.registry import Registry
from durably.engine.stepping import Stepper, source_of
from tests.replay.recorder import HISTORIES
from tests.replay.test_released_versions import read
from worker.workflows.task_processing import TASK_PROCESSING_V1, TASK_PROCESSING_V2

DONE = "task_processing_workflow.v2.task_done.embedded"


def stepped(history: str) -> StepThrough:
    stepper = Stepper(Registry(workflows=(TASK_PROCESSING_V1, TASK_PROCESSING_V2), activities=()))
    return stepper.step_through(read(HISTORIES / f"{history}.json"))


def text(found: StepThrough, line: int) -> str:
    """A line of the source, by its number."""
    assert found.source is not None
    return found.source.lines[line - found.source.first_line].strip()


@pytest.mark.parametrize(
    ("history", "version"),
    [(DONE, TASK_PROCESSING_V2), ("task_processing_workflow.v1.task_done.dapr", TASK_PROCESSING_V1)],
)
def test_the_source_is_that_of_the_version_that_ran(history: str, version: object) -> None:
    run = getattr(version, "run", None)
    assert run is not None
    found = stepped(history)
    assert found.source is not None
    assert found.source.file == inspect.getsourcefile(run)
    assert list(found.source.lines) == inspect.getsource(run).splitlines()


def test_a_step_tells_the_lines_that_ran_for_what_was_new() -> None:
    found = stepped(DONE)
    first, second, _, last = found.rehearsal.steps
    assert any("VALIDATE_TASK" in text(found, line) for line in first.lines)
    assert not any("validation.accepted" in text(found, line) for line in first.lines)
    assert any("validation.accepted" in text(found, line) for line in second.lines)
    assert text(found, last.line or 0) == "return completed(task, assignment.assignee)"
    ran = {line for step in found.rehearsal.steps for line in step.lines}
    assert not any("turned_down" in text(found, line) for line in ran), "a branch that was not taken did not run"


def test_where_the_workflow_waits_inside_of_a_building_block_its_own_line_is_told_beside_it() -> None:
    found = stepped("task_processing_workflow.v2.task_approved.dapr")
    waiting = next(step for step in found.rehearsal.steps if step.code_to and step.code_to.function == "approval")
    assert "yield from approval(" in text(found, waiting.line or 0)
    assert waiting.line in waiting.lines


def test_a_debugger_that_was_there_before_is_there_afterwards() -> None:
    def tracer(*_: object) -> None: ...

    before = sys.gettrace()
    sys.settrace(tracer)
    try:
        found = stepped(DONE)
        kept = sys.gettrace()
    finally:
        sys.settrace(before)
    assert kept is tracer
    assert found.rehearsal.steps[0].lines


def test_what_has_no_source_is_replayed_all_the_same() -> None:
    there: dict[str, object] = {}
    exec("def made_up(ctx, given):\n    yield", there)  # noqa: S102 - code without a file is what this is about
    made_up = there["made_up"]
    assert inspect.isgeneratorfunction(made_up)
    assert source_of(made_up) is None
