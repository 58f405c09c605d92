"""Edited workflows, convicted: at the step where they differ first, and at the line that asks for something else."""

from pathlib import Path
from typing import Final, NamedTuple

import pytest

from durably.authoring import approvals
from durably.contracts.replays import DivergenceKind
from durably.engine.recording import events_of
from durably.engine.registry import Registry
from durably.engine.rehearsal import rehearse
from tests.replay.editing import edited
from tests.replay.recorder import HISTORIES
from tests.replay.test_released_versions import read
from worker.workflows import job_application, order_processing, task_processing

DONE: Final = "task_processing_workflow.v2.task_done.embedded"
ASSIGN: Final = """    assignment = Assignment.model_validate(
        (yield ctx.call_activity(ASSIGN_TASK, input=task, retry_policy=retry(LOCAL)))
    )
"""
SEND: Final = """    yield ctx.call_activity(
        SEND_NOTIFICATION, input=notification(task, assignment.assignee), retry_policy=retry(OUTBOUND)
    )
"""


class Edit(NamedTuple):
    """An edit of `task_processing_with_approval`, and what it is convicted of on a history that was recorded before."""

    name: str
    old: str
    new: str
    step: int
    expected: str
    actual: str
    at: str
    """A text that stands in the convicted line alone."""


EDITS: Final = (
    Edit(
        "another_activity",
        ASSIGN,
        ASSIGN.replace("ASSIGN_TASK", "'hand_out'"),
        2,
        "activity assign_task (id 2)",
        "activity hand_out (id 2)",
        "'hand_out'",
    ),
    Edit(
        "one_activity_more",
        ASSIGN,
        f"    yield ctx.call_activity('audit')\n{ASSIGN}",
        2,
        "activity assign_task (id 2)",
        "activity audit (id 2)",
        "'audit'",
    ),
    Edit(
        "one_activity_beside_it",
        ASSIGN,
        f"    ctx.call_activity('audit')\n{ASSIGN}",
        2,
        "activity assign_task (id 2)",
        "activity audit (id 2)",
        "'audit'",
    ),
    Edit(
        "one_activity_more_after_it",
        SEND,
        f"{SEND}    yield ctx.call_activity('audit')\n",
        4,
        "end, completed",
        "activity audit (id 4)",
        "'audit'",
    ),
    Edit(
        "one_activity_less",
        f"{SEND}    return completed(task, assignment.assignee)\n",
        "    return completed(task, assignment.assignee)  # edited\n",
        3,
        "activity send_notification (id 3)",
        "end, completed",
        "# edited",
    ),
    Edit(
        "a_pause_before",
        ASSIGN,
        f"    yield ctx.create_timer(__import__('datetime').timedelta(seconds=1))\n{ASSIGN}",
        2,
        "activity assign_task (id 2)",
        "timer (id 2)",
        "create_timer",
    ),
    Edit(
        "an_event_before",
        ASSIGN,
        f"    yield ctx.wait_for_external_event('go')\n{ASSIGN}",
        2,
        "activity assign_task (id 2)",
        "wait for event go (id 2)",
        "'go'",
    ),
    Edit(
        "a_child_instead",
        ASSIGN,
        ASSIGN.replace(
            "call_activity(ASSIGN_TASK, input=task, retry_policy=retry(LOCAL))", "call_child_workflow('assigning')"
        ),
        2,
        "activity assign_task (id 2)",
        "child workflow assigning (id 2)",
        "'assigning'",
    ),
    Edit(
        "an_exception",
        ASSIGN,
        f"    raise LookupError('nobody is there')\n{ASSIGN}",
        2,
        "activity assign_task (id 2)",
        "end, failed with LookupError: nobody is there",
        "LookupError",
    ),
)


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.name)
def test_an_edited_workflow_is_convicted_at_its_step_and_line(edit: Edit, tmp_path: Path) -> None:
    copy = edited(tmp_path, task_processing, edit.old, edit.new)
    divergence = copy.rehearsed("TASK_PROCESSING_V2", DONE).divergence
    assert divergence is not None
    assert (divergence.kind, divergence.step) == (DivergenceKind.ACTION, edit.step)
    assert (divergence.expected, divergence.actual) == (edit.expected, edit.actual)
    assert divergence.place is not None
    assert (divergence.place.file, divergence.place.line) == (str(copy.file), copy.line(edit.at))
    assert edit.at in divergence.place.text
    assert f"{copy.file}:{divergence.place.line}" in divergence.message


def test_the_step_is_the_first_that_differs_and_names_the_recorded_event(tmp_path: Path) -> None:
    copy = edited(tmp_path, task_processing, "SEND_NOTIFICATION, input", "'write_letter', input")
    rehearsal = copy.rehearsed("TASK_PROCESSING_V2", DONE)
    assert rehearsal.divergence is not None
    assert (rehearsal.divergence.step, rehearsal.divergence.event_id) == (3, 3)
    recorded = read(HISTORIES / f"{DONE}.json").events[rehearsal.divergence.event or 0]
    assert (recorded["eventId"], recorded["taskScheduled"]["name"]) == (3, "send_notification")
    assert [step.turn for step in rehearsal.steps] == [1, 2, 3]


def test_steps_that_ran_in_turn_and_now_run_side_by_side_are_convicted_where_both_are_asked_for(tmp_path: Path) -> None:
    both = ASSIGN.replace("(yield ctx", "(yield when_all([ctx").replace(
        "(LOCAL)))", "(LOCAL)), ctx.call_activity('x')]))[0]"
    )
    copy = edited(
        tmp_path, task_processing, ASSIGN, both.replace("when_all", "__import__('durably').engine.workflow.when_all")
    )
    divergence = copy.rehearsed("TASK_PROCESSING_V2", DONE).divergence
    assert divergence is not None
    assert (divergence.step, divergence.expected, divergence.actual) == (2, "nothing more", "activity x (id 3)")


def test_another_time_to_wait_is_a_warning_and_another_event_to_wait_for_breaks(tmp_path: Path) -> None:
    history = "task_processing_workflow.v2.task_approved.dapr"
    wait = "ctx.wait_for_external_event(APPROVAL, timeout=due.at)"
    for new, breaks in (("timedelta(seconds=99)", False), ("due.at)  # as before", None), ("vote", True)):
        text = wait.replace("APPROVAL", "'vote'") if new == "vote" else wait.replace("due.at", new, 1)
        source = edited(tmp_path, approvals, wait, text)
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(task_processing, "approval", source.module.approval)
            registry = Registry(workflows=(task_processing.TASK_PROCESSING_V2,), activities=())
            rehearsal = rehearse(registry, events_of(read(HISTORIES / f"{history}.json")))
        if breaks:
            assert rehearsal.divergence is not None
            assert rehearsal.divergence.place is not None
            assert rehearsal.divergence.place.line == source.line("'vote'")
            assert rehearsal.divergence.actual.startswith("wait for event vote")
        else:
            assert rehearsal.divergence is None
            assert bool(rehearsal.warnings) == (breaks is False)


def test_another_input_is_a_warning_with_both_inputs(tmp_path: Path) -> None:
    copy = edited(tmp_path, task_processing, "ASSIGN_TASK, input=task", "ASSIGN_TASK, input=task.task_id")
    rehearsal = copy.rehearsed("TASK_PROCESSING_V2", DONE)
    assert rehearsal.divergence is None
    (warning,) = rehearsal.warnings
    assert (warning.kind, warning.step, warning.actual) == (DivergenceKind.INPUT, 2, "'task-done-now'")
    assert "'assignee': 'ada'" in warning.expected
    assert warning.place is not None
    assert warning.place.line == copy.line("input=task.task_id")


def test_code_that_depends_on_whether_it_replays_is_convicted(tmp_path: Path) -> None:
    peek = f"    if not ctx.is_replaying:\n        yield ctx.call_activity('announce')\n{ASSIGN}"
    copy = edited(tmp_path, task_processing, ASSIGN, peek)
    assert copy.rehearsed("TASK_PROCESSING_V2", DONE, live=False).divergence is None
    divergence = copy.rehearsed("TASK_PROCESSING_V2", DONE).divergence
    assert divergence is not None
    assert (divergence.kind, divergence.step, divergence.actual) == (
        DivergenceKind.LIVE,
        2,
        "activity announce (id 2)",
    )
    assert divergence.place is not None
    assert divergence.place.line == copy.line("'announce'")


def test_an_input_that_no_longer_fits_its_model_is_convicted_in_the_first_step(tmp_path: Path) -> None:
    copy = edited(tmp_path, task_processing, "input_model=TaskRequest", "input_model=Assignment")
    divergence = copy.rehearsed("TASK_PROCESSING_V2", DONE).divergence
    assert divergence is not None
    assert (divergence.step, divergence.expected) == (1, "activity validate_task (id 1)")
    assert divergence.actual.startswith("end, failed with ValueError: The input does not fit")


def test_a_version_that_is_gone_and_a_workflow_that_is_gone_are_told_apart() -> None:
    old = read(HISTORIES / "task_processing_workflow.v1.task_done.dapr.json")
    for workflow, kind in (
        (task_processing.TASK_PROCESSING_V2, DivergenceKind.VERSION_GONE),
        (order_processing.ORDER_PROCESSING_V1, DivergenceKind.WORKFLOW_GONE),
    ):
        rehearsal = rehearse(Registry(workflows=(workflow,), activities=()), events_of(old))
        assert rehearsal.divergence is not None
        assert (rehearsal.divergence.kind, rehearsal.steps) == (kind, ())
        assert "task_processing_workflow" in rehearsal.divergence.message


def test_a_compensation_in_another_order_is_convicted_in_the_step_that_compensates(tmp_path: Path) -> None:
    copy = edited(tmp_path, order_processing, "for step in plan:", "for step in (plan[0], *plan):")
    rehearsal = copy.rehearsed("ORDER_PROCESSING_V1", "order_processing_workflow.v1.order_declined.embedded")
    assert rehearsal.divergence is not None
    assert (rehearsal.divergence.expected, rehearsal.divergence.step) == ("end, completed", 5)
    assert rehearsal.divergence.place is not None
    assert rehearsal.divergence.place.line == copy.line("ctx.call_activity(step.activity")


def test_a_retry_that_is_no_longer_wanted_is_convicted_where_the_failure_ends_up(tmp_path: Path) -> None:
    told = "SEND_NOTIFICATION, input=letter, retry_policy=retry(OUTBOUND)"
    copy = edited(tmp_path, job_application, told, "SEND_NOTIFICATION, input=letter")
    rehearsal = copy.rehearsed("JOB_APPLICATION_V1", "job_application_workflow.v1.application_untold.dapr")
    assert rehearsal.divergence is not None
    assert rehearsal.divergence.expected.startswith("pause before a retry")
    assert rehearsal.divergence.actual.startswith("end, failed with TaskFailedError")
    assert rehearsal.divergence.place is not None
    assert rehearsal.divergence.place.line == copy.line("yield _tell(ctx, applications.refusal(application))")
