"""Decisions about tasks."""

from typing import Final

from durably.contracts.approvals import ApprovalRequest, ApprovalTerms, Decision
from durably.contracts.tasks import Notification, TaskRequest, TaskResult, TaskTerms, Validation
from durably.domain.approvals import told

_SHOWN_OF_TITLE: Final = 100


def validate(task: TaskRequest, terms: TaskTerms) -> Validation:
    """Whether a task can be processed, and what approval it needs. White space counts as missing."""
    if not (task.title or "").strip():
        return Validation(accepted=False, problem="Missing title")
    if not (task.assignee or "").strip():
        return Validation(accepted=False, problem="Missing assignee")
    return Validation(accepted=True, approval=terms.approval if task.priority > terms.approval_above else None)


def approval_request(task: TaskRequest, terms: ApprovalTerms) -> ApprovalRequest:
    """What approvers are asked."""
    title, assignee = (task.title or "").strip()[:_SHOWN_OF_TITLE], (task.assignee or "").strip()
    subject = f"Task {task.task_id} for {assignee}, priority {task.priority}: {title}"
    return ApprovalRequest(**terms.model_dump(), subject=subject)


def rejected(task: TaskRequest, validation: Validation) -> TaskResult:
    """The result for a task that did not pass validation."""
    return TaskResult(task_id=task.task_id, status="rejected", message=validation.problem or "Rejected")


def turned_down(task: TaskRequest, decision: Decision) -> TaskResult:
    """The result for a task that was not approved."""
    return TaskResult(task_id=task.task_id, status="rejected", message=told(decision))


def completed(task: TaskRequest, assignee: str) -> TaskResult:
    """The result for a task that was assigned and announced."""
    return TaskResult(task_id=task.task_id, status="completed", message=f"Task {task.task_id} assigned to {assignee}")


def notification(task: TaskRequest, assignee: str) -> Notification:
    """What the assignee is told."""
    return Notification(
        task_id=task.task_id, assignee=assignee, text=f"You were assigned: {(task.title or '').strip()}"
    )
