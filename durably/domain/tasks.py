"""Decisions about tasks."""

from durably.contracts.tasks import Notification, TaskRequest, TaskResult, Validation


def validate(task: TaskRequest) -> Validation:
    """Whether a task can be processed. White space counts as missing."""
    if not (task.title or "").strip():
        return Validation(accepted=False, problem="Missing title")
    if not (task.assignee or "").strip():
        return Validation(accepted=False, problem="Missing assignee")
    return Validation(accepted=True)


def rejected(task: TaskRequest, validation: Validation) -> TaskResult:
    """The result for a task that did not pass validation."""
    return TaskResult(task_id=task.task_id, status="rejected", message=validation.problem or "Rejected")


def completed(task: TaskRequest, assignee: str) -> TaskResult:
    """The result for a task that was assigned and announced."""
    return TaskResult(task_id=task.task_id, status="completed", message=f"Task {task.task_id} assigned to {assignee}")


def notification(task: TaskRequest, assignee: str) -> Notification:
    """What the assignee is told."""
    return Notification(
        task_id=task.task_id, assignee=assignee, text=f"You were assigned: {(task.title or '').strip()}"
    )
