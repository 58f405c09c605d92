"""What activities reach the outside with; the worker brings the real ones, a test brings its own."""

from typing import NamedTuple, Protocol

from durably.contracts.tasks import Notification


class Record(NamedTuple):
    """What stands under a key, and the ETag of this version of it; both empty where there is nothing."""

    value: bytes
    etag: str


class StateStore(Protocol):
    """Records that are only ever written over the version that was read.

    All packages of a worker share it: begin keys with a name of your own, such as `review:`.
    """

    async def read(self, key: str) -> Record:
        """What stands under a key.

        Raises:
            StateStoreError: The store could not be read.
        """

    async def replace(self, key: str, before: Record, value: bytes) -> bool:
        """Write a value, unless something else was written since `before` was read; whether it was written.

        Raises:
            StateStoreError: The store could not be written.
        """


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
