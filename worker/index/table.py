from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from sortedcontainers import SortedList  # type: ignore[import-untyped] # it has no types

from durably.contracts.approvals import PendingApproval
from worker.index.entry import ENDED, GONE, Entry, asking, merged

Kind = tuple[str, str]
"""A workflow and a status."""

_LAST: Final = "\U0010ffff"
"""Comes after everything that an id can go on with."""


class Shelf:
    """The instances of one workflow in one status, by time and by id."""

    def __init__(self) -> None:
        self.by_time: SortedList[tuple[int, str]] = SortedList()
        self._by_id: SortedList[str] = SortedList()

    def add(self, entry: Entry) -> None:
        """Take an instance in."""
        self.by_time.add((entry.created, entry.instance_id))
        self._by_id.add(entry.instance_id)

    def remove(self, entry: Entry) -> None:
        """Give an instance away."""
        self.by_time.remove((entry.created, entry.instance_id))
        self._by_id.remove(entry.instance_id)

    def count(self, prefix: str) -> int:
        """How many ids begin like this; the same work however many there are."""
        if not prefix:
            return len(self._by_id)
        return int(self._by_id.bisect(prefix + _LAST) - self._by_id.bisect_left(prefix))

    def beginning(self, prefix: str) -> Iterator[str]:
        """The ids that begin like this."""
        return iter(self._by_id.irange(prefix, prefix + _LAST))


class Table:
    """All instances in memory, kept so that no question takes longer because there are more of them."""

    def __init__(self) -> None:
        self.entries: dict[str, Entry] = {}
        self.gone: dict[str, Entry] = {}
        """Purged instances, as long as anything older may still come."""
        self.asking: dict[str, PendingApproval] = {}
        """What the instances that wait for people wait for, by their ids."""
        self.ended: SortedList[tuple[int, str]] = SortedList()
        """When instances ended, and their ids, oldest first."""
        self._shelves: dict[Kind, Shelf] = {}
        self._children: defaultdict[str, set[str]] = defaultdict(set)

    def put(self, new: Entry) -> Entry | None:
        """Take an entry in; what stands then, or None where that changed nothing."""
        instance_id = new.instance_id
        known = self.entries.get(instance_id) or self.gone.get(instance_id)
        entry = merged(known, new)
        if entry == known:
            return None
        if known is not None and known.status != GONE:
            self._take_out(known)
        if entry.status == GONE:
            self.gone[instance_id] = entry
            self.entries.pop(instance_id, None)
            self.asking.pop(instance_id, None)
        else:
            self.gone.pop(instance_id, None)
            self._take_in(entry, known)
        return entry

    def find(self, instance_id: str) -> Entry | None:
        """What stands, a purge too."""
        return self.entries.get(instance_id) or self.gone.get(instance_id)

    def shelves(self, workflows: Iterable[str] = (), statuses: Iterable[str] = ()) -> Iterator[tuple[Kind, Shelf]]:
        """Where instances stand that meet a filter; an empty one lets everything pass."""
        wanted, states = set(workflows), set(statuses)
        for kind, shelf in self._shelves.items():
            if (not wanted or kind[0] in wanted) and (not states or kind[1] in states):
                yield kind, shelf

    def family(self, instance_id: str) -> list[Entry]:
        """An instance and all its descendants, as far as they are known."""
        found, waiting = list[Entry](), [instance_id]
        while waiting:
            each = waiting.pop()
            if each in self.entries:
                found.append(self.entries[each])
            waiting.extend(self._children.get(each, ()))
        return found

    def _take_in(self, entry: Entry, known: Entry | None) -> None:
        instance_id = entry.instance_id
        self.entries[instance_id] = entry
        kind = (entry.workflow, entry.status)
        shelf = self._shelves.get(kind)
        if shelf is None:
            shelf = self._shelves[kind] = Shelf()
        shelf.add(entry)
        if entry.status in ENDED:
            self.ended.add((entry.updated, instance_id))
        if entry.parent:
            self._children[entry.parent].add(instance_id)
        if known is None or known.approval != entry.approval:
            pending = asking(entry.approval)
            if pending is not None:
                self.asking[instance_id] = pending
            else:
                self.asking.pop(instance_id, None)

    def _take_out(self, known: Entry) -> None:
        kind = (known.workflow, known.status)
        shelf = self._shelves[kind]
        shelf.remove(known)
        if not shelf.by_time:
            del self._shelves[kind]
        if known.status in ENDED:
            self.ended.remove((known.updated, known.instance_id))
        if known.parent:
            self._children[known.parent].discard(known.instance_id)
            if not self._children[known.parent]:
                del self._children[known.parent]
