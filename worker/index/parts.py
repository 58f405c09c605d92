"""Segments of a log: how long they may be, and what of them still counts."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from worker.index.entry import Entry

_MANY: Final = 1_000
"""Entries in one segment at most."""

_LONG: Final = 250_000
"""Bytes in one segment, roughly, at most; only a single entry can be longer."""

_HALF: Final = 0.5


class Part:
    """A segment of our own log: its key, and the instances of which nothing later stands in the log."""

    __slots__ = ("_each", "ids", "key")

    def __init__(self, key: str, entries: Sequence[Entry]) -> None:
        self.key = key
        self.ids = {entry.instance_id for entry in entries}
        self._each = max(1 / _MANY, sum(map(_length, entries)) / _LONG / max(1, len(entries)))

    @property
    def is_small(self) -> bool:
        """Whether it is less than half of what it may be."""
        return len(self.ids) * self._each < _HALF


def _length(entry: Entry) -> int:
    return 150 + len(entry.instance_id) + 2 * len(entry.approval)


def chunks(entries: Iterable[Entry]) -> Iterator[list[Entry]]:
    """Entries in portions that one message can carry."""
    chunk: list[Entry] = []
    size = 0
    for entry in entries:
        length = _length(entry)
        if chunk and (len(chunk) >= _MANY or size + length > _LONG):
            yield chunk
            chunk, size = [], 0
        chunk.append(entry)
        size += length
    if chunk:
        yield chunk
