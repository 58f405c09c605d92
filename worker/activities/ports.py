"""What the activities need from the outside; the adapters are in `worker.adapters`."""

from typing import Protocol

from durably.contracts.tasks import Assignment, Notification


class AssignmentStore(Protocol):
    """Keeps the assignment of each task."""

    async def write_first(self, assignment: Assignment) -> Assignment:
        """Write an assignment unless the task has one, and return the one that stands."""


class Notifier(Protocol):
    """Tells people."""

    async def send(self, notification: Notification, *, idempotency_key: str) -> None:
        """Deliver a notification; a receiver that has seen the key does nothing.

        Raises:
            NotificationError: The receiver refused it, was away or took too long.
        """


class NotificationError(Exception):
    """A notification could not be delivered; the message has the receiver's answer."""


class StateStoreError(Exception):
    """The state store could not be written or read."""
