import pytest
from hypothesis import given
from hypothesis import strategies as st

from durably.contracts.approvals import ApprovalTerms, Decision
from durably.contracts.tasks import TaskRequest, TaskTerms, Validation
from durably.domain.tasks import approval_request, completed, notification, rejected, turned_down, validate

TERMS = TaskTerms(approval_above=7, approval=ApprovalTerms(approvers=("lead",), deadline_s=60, on_deadline="reject"))
NAMES = st.text(max_size=50)


@given(title=st.none() | NAMES, assignee=st.none() | NAMES)
def test_a_task_is_accepted_exactly_when_it_has_a_title_and_an_assignee(
    title: str | None, assignee: str | None
) -> None:
    validation = validate(TaskRequest(task_id="1", title=title, assignee=assignee), TERMS)
    has_title, has_assignee = bool((title or "").strip()), bool((assignee or "").strip())
    assert validation.accepted == (has_title and has_assignee)
    assert validation.problem == (None if validation.accepted else "Missing assignee" if has_title else "Missing title")


def test_a_rejected_task_says_why() -> None:
    task = TaskRequest(task_id="1", title="Write")
    assert rejected(task, validate(task, TERMS)).model_dump() == {
        "task_id": "1",
        "status": "rejected",
        "message": "Missing assignee",
    }


@pytest.mark.parametrize(("priority", "needs"), [(0, False), (7, False), (8, True), (10, True)])
def test_a_task_above_the_priority_needs_an_approval_under_the_terms_of_now(priority: int, *, needs: bool) -> None:
    validation = validate(TaskRequest(task_id="1", title="Write", assignee="ada", priority=priority), TERMS)
    assert (validation.accepted, validation.approval) == (True, TERMS.approval if needs else None)


def test_a_task_without_priority_and_what_is_found_about_it_look_as_they_always_did() -> None:
    task = TaskRequest(task_id="1", title="Write", assignee="ada")
    assert task.model_dump_json() == '{"task_id":"1","title":"Write","assignee":"ada"}'
    assert validate(task, TERMS).model_dump_json() == '{"accepted":true,"problem":null}'
    assert TaskRequest.model_validate_json(task.model_dump_json()) == task


def test_a_priority_and_the_terms_of_an_approval_are_kept() -> None:
    task = TaskRequest(task_id="1", title="Write", assignee="ada", priority=9)
    assert TaskRequest.model_validate(task.model_dump(mode="json")) == task
    validation = validate(task, TERMS)
    assert Validation.model_validate(validation.model_dump(mode="json")) == validation


def test_approvers_are_asked_about_the_task_however_long_its_title_is() -> None:
    task = TaskRequest(task_id="x" * 100, title="Write " * 150, assignee="a" * 200, priority=9)
    subject = approval_request(task, TERMS.approval).subject
    assert subject.startswith(f"Task {'x' * 100} for {'a' * 200}, priority 9: Write Write")


def test_a_task_that_was_not_approved_says_who_decided_and_why() -> None:
    task = TaskRequest(task_id="1", title="Write", assignee="ada", priority=9)
    decision = Decision(outcome="rejected", by=("lead",), reason="not now", decided_by="people")
    assert turned_down(task, decision).model_dump() == {
        "task_id": "1",
        "status": "rejected",
        "message": "Rejected by lead: not now",
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
