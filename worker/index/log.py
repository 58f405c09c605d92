from collections.abc import Iterable, Sequence
from typing import Final

from worker.index.entry import Entry, encoded
from worker.index.parts import Part, chunks
from worker.index.ports import Documents, Head, head_key, part_key, segment_key
from worker.index.table import Table

_FOLD_AFTER: Final = 32
"""So many segments are made into one."""


class Log:
    """The log of this worker: what it learned, in segments that nobody else ever writes.

    A segment is written once and never changed, so that others read each of them once. When there are many, they are
    folded: what stands now of all that is in them is written anew, then the head that refers to it, and what became
    superfluous is deleted one fold later. A kill at any point loses nothing of it.

    Args:
        documents: Where it is kept.
        owner: Whose log it is.
        table: What stands now.
    """

    def __init__(self, documents: Documents, *, owner: str, table: Table) -> None:
        self.owner = owner
        self._documents = documents
        self._table = table
        self._parts: list[Part] = []
        self._tail: list[Part] = []
        self._doomed: list[str] = []
        self._home: dict[str, Part] = {}
        self._outbox: tuple[Part, bytes] | None = None
        self._next = 0
        self._made = 0

    @property
    def is_long(self) -> bool:
        """Whether it is time to fold."""
        return len(self._tail) >= _FOLD_AFTER

    def holds(self, ids: Iterable[str]) -> bool:
        """Whether any of these instances stands in our segments."""
        return any(each in self._home for each in ids)

    async def append(self, waiting: dict[str, Entry]) -> None:
        """Write what waits, and empty it as far as that succeeds.

        A segment that may have been written is written again as it was: others may have read it.

        Raises:
            StateStoreError: The store is away.
        """
        while waiting or self._outbox:
            if self._outbox is None:
                entries = next(chunks(waiting.values()))
                self._outbox = Part(segment_key(self.owner, self._next), entries), encoded(entries)
                for entry in entries:
                    del waiting[entry.instance_id]
            part, value = self._outbox
            await self._documents.write(part.key, value)
            self._outbox = None
            self._next += 1
            self._tail.append(part)
            self._settle(part)

    async def write_head(self, *, seen: int) -> None:
        """Say where the log stands, and that its owner is there; zero says that it leaves.

        Raises:
            StateStoreError: The store is away.
        """
        head = Head(
            parts=tuple(part.key for part in self._parts),
            tail=self._next - len(self._tail),
            doomed=tuple(self._doomed),
            seen=seen,
        )
        await self._documents.write(head_key(self.owner), head.model_dump_json().encode())

    async def fold(self, *, seen: int, stale: Iterable[str] = ()) -> None:
        """Make few segments out of many.

        Args:
            seen: For the head.
            stale: Instances that were purged, and whose segments are to be rid of them.

        Raises:
            StateStoreError: The store is away.
        """
        touched = {id(self._home[each]) for each in stale if each in self._home}
        old = [part for part in self._parts if part.is_small or id(part) in touched] + self._tail
        before, previous, made = (self._parts, self._tail), self._doomed, list[Part]()
        try:
            for chunk in chunks(self._standing(old)):
                self._made += 1
                made.append(Part(part_key(self.owner, self._made), chunk))
                await self._documents.write(made[-1].key, encoded(chunk))
            self._parts, self._tail = [part for part in self._parts if part not in old] + made, []
            self._doomed = previous + [part.key for part in old]
            await self.write_head(seen=seen)
        except BaseException:  # a cancelled fold too: the next head refers to what was there before
            self._parts, self._tail = before
            self._doomed = previous + [part.key for part in made]
            raise
        for part in made:
            self._settle(part)
        await self._documents.delete(previous)
        self._doomed = self._doomed[len(previous) :]

    def _standing(self, parts: Iterable[Part]) -> list[Entry]:
        """What stands now of what is in these segments, oldest first; what has been forgotten stands nowhere."""
        found = list[Entry]()
        for each in {each for part in parts for each in part.ids}:
            entry = self._table.find(each)
            if entry is None:
                del self._home[each]
            else:
                found.append(entry)
        return sorted(found, key=lambda entry: entry.created)

    async def take_over(
        self, segments: Iterable[tuple[str, Sequence[Entry]]], leftovers: Iterable[str], *, seen: int
    ) -> None:
        """Refer to the segments of a log whose owner has vanished, and delete what else is left of it.

        Raises:
            StateStoreError: The store is away.
        """
        ours = {part.key for part in self._parts}
        for key, entries in segments:
            if key not in ours:
                part = Part(key, entries)
                part.ids -= self._home.keys()
                self._parts.append(part)
                self._home.update(dict.fromkeys(part.ids, part))
        self._doomed.extend(leftovers)
        await self.write_head(seen=seen)

    def _settle(self, part: Part) -> None:
        """From now on these instances stand there, and in no earlier segment."""
        for each in part.ids:
            earlier = self._home.get(each)
            if earlier is not None and earlier is not part:
                earlier.ids.discard(each)
            self._home[each] = part
