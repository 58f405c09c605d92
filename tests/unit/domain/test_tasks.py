import pytest
from hypothesis import given
from hypothesis import strategies as st

from durably.contracts.tasks import TaskRequest
from durably.domain.tasks import completed, notification, rejected, validate

NAMES = st.text(max_size=50)


@given(title=st.none() | NAMES, assignee=st.none() | NAMES)
def test_a_task_is_accepted_exactly_when_it_has_a_title_and_an_assignee(
    title: str | None, assignee: str | None
) -> None:
    validation = validate(TaskRequest(task_id="1", title=title, assignee=assignee))
    has_title, has_assignee = bool((title or "").strip()), bool((assignee or "").strip())
    assert validation.accepted == (has_title and has_assignee)
    assert validation.problem == (None if validation.accepted else "Missing assignee" if has_title else "Missing title")


def test_a_rejected_task_says_why() -> None:
    task = TaskRequest(task_id="1", title="Write")
    assert rejected(task, validate(task)).model_dump() == {
        "task_id": "1",
        "status": "rejected",
        "message": "Missing assignee",
    }


def test_a_completed_task_names_the_assignment_that_stands() -> None:
    result = completed(TaskRequest(task_id="1", title="Write", assignee="ada"), "bob")
    assert (result.status, result.message) == ("completed", "Task 1 assigned to bob")


def test_the_notification_goes_to_the_assignment_that_stands() -> None:
    sent = notification(TaskRequest(task_id="1", title=" Write ", assignee="ada"), "bob")
    assert (sent.assignee, sent.text) == ("bob", "You were assigned: Write")


@pytest.mark.parametrize("task_id", ["", ":", "a|b", "a/b", "-a", "a b", "\x00", "a\n", "ä", "x" * 101])
def test_an_id_that_the_engine_would_misread_is_refused(task_id: str) -> None:
    with pytest.raises(ValueError, match="task_id"):
        TaskRequest(task_id=task_id)
