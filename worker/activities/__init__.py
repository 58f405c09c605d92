"""The table of activities."""

from durably.engine.registry import ActivityDefinition
from worker.activities import assign_task, send_notification, validate_task
from worker.activities.ports import AssignmentStore, Notifier


def activities(*, assignments: AssignmentStore, notifier: Notifier) -> tuple[ActivityDefinition, ...]:
    """Every activity of the built-in workflows.

    Args:
        assignments: Where assignments are kept.
        notifier: How people are told.
    """
    return (
        validate_task.definition(),
        assign_task.definition(assignments),
        send_notification.definition(notifier),
    )
