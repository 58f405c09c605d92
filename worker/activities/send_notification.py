from durably.authoring.ports import Notifier
from durably.contracts.names import SEND_NOTIFICATION
from durably.contracts.tasks import Notification
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition


def definition(notifier: Notifier) -> ActivityDefinition:
    """The activity, ready to be registered."""

    async def send_notification(ctx: ActivityContext, notification: Notification) -> None:
        """Tell the assignee. Idempotent because the receiver deduplicates by the execution's id, sent as a header."""
        await notifier.send(notification, idempotency_key=ctx.task_execution_id)

    return ActivityDefinition(name=SEND_NOTIFICATION, run=send_notification, input_model=Notification)
