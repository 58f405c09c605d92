"""What the index needs of a state store, and how its keys are named."""

from collections.abc import Iterable, Sequence
from typing import Final, Protocol

from pydantic import Field

from durably.contracts.model import Frozen

MEMBERS: Final = "index:members"
"""The one key that all workers write."""


class Documents(Protocol):
    """See `worker.adapters.documents.Documents`; every method raises `StateStoreError`."""

    async def read(self, keys: Sequence[str]) -> dict[str, bytes]:
        """What stands under these keys; those with nothing are left out."""

    async def write(self, key: str, value: bytes) -> None:
        """Write a document."""

    async def delete(self, keys: Iterable[str]) -> None:
        """Delete documents."""


class Head(Frozen):
    """Where a log stands; written by its owner alone.

    Attributes:
        parts: Keys that are read first.
        tail: The number of the first segment after them; the others follow without a gap.
        doomed: Keys that nothing refers to any more, and that are deleted at the next occasion.
        seen: When the owner was there, in microseconds since the epoch; zero once it has left.
    """

    parts: tuple[str, ...] = ()
    tail: int = 0
    doomed: tuple[str, ...] = ()
    seen: int = 0


class Roll(Frozen):
    """Whose logs make up the index, and who is about to take one over from an owner that vanished."""

    owners: dict[str, str] = Field(default_factory=dict)


def head_key(owner: str) -> str:
    """Where a log's head stands."""
    return f"index:{owner}"


def beat_key(owner: str) -> str:
    """Where the worker of that log says that it is there; see `worker.heartbeat`."""
    return f"worker:{owner}"


def segment_key(owner: str, number: int) -> str:
    """Where a segment stands that was written as things happened."""
    return f"index:{owner}:{number}"


def part_key(owner: str, number: int) -> str:
    """Where a segment stands that was made of others."""
    return f"index:{owner}:m{number}"
