import asyncio
from collections.abc import Iterable
from itertools import takewhile
from typing import Final

import structlog

from worker.index.entry import Entry, decoded
from worker.index.ports import MEMBERS, Documents, Head, Roll, head_key, segment_key
from worker.index.table import Table

_AHEAD: Final = 8
"""Segments that are asked for at once where there are many."""

_TRIES: Final = 3
"""How often a segment may be missing that a head refers to: logs are folded while they are read."""


class Reader:
    """Reads the logs of the other workers into the table, each segment once.

    Args:
        documents: Where logs are kept.
        table: What they are read into.
    """

    def __init__(self, documents: Documents, *, table: Table) -> None:
        self._documents = documents
        self._table = table
        self._lock = asyncio.Lock()
        self._next: dict[str, int] = {}
        self._read: dict[str, set[str]] = {}
        self.heads: dict[str, Head | None] = {}
        """The heads of the others as they were last read; None where there is none."""
        self.members: frozenset[str] = frozenset()
        """Whose logs make up the index, as was last read."""

    async def catch_up(self, *, without: str) -> None:
        """Read what is new in all logs but our own.

        Raises:
            StateStoreError: The store is away.
        """
        async with self._lock:
            for attempt in range(1, _TRIES + 1):
                found = await self._fetch_heads(without)
                followed = [await self._follow(owner, found, give_up=attempt == _TRIES) for owner in self.heads]
                if all(followed):
                    return

    async def contents(self, owner: str) -> tuple[list[tuple[str, list[Entry]]], Head]:
        """All segments of a log whose owner writes no more, by their keys, and its head.

        Raises:
            StateStoreError: The store is away.
        """
        value = (await self._documents.read([head_key(owner)])).get(head_key(owner))
        head = Head.model_validate_json(value) if value else Head()
        segments = await self._take(head.parts)
        return segments + await self._take_tail(owner, head.tail), head

    async def _fetch_heads(self, without: str) -> dict[str, bytes]:
        """One call where nobody has come or gone: the members, all heads, and the next segment of each."""
        known = list(self._next)
        keys = [MEMBERS, *map(head_key, known), *(segment_key(owner, self._next[owner]) for owner in known)]
        found = await self._documents.read(keys)
        self.members = frozenset(Roll.model_validate_json(found[MEMBERS]).owners if MEMBERS in found else ())
        others = self.members - {without}
        fresh = others - self._next.keys()
        found |= await self._documents.read([head_key(owner) for owner in fresh])
        heads = {owner: found.get(head_key(owner)) for owner in sorted(others)}
        self.heads = {owner: Head.model_validate_json(value) if value else None for owner, value in heads.items()}
        for left in self._next.keys() - others:
            del self._next[left]
            self._read.pop(left, None)
        return found

    async def _follow(self, owner: str, found: dict[str, bytes], *, give_up: bool) -> bool:
        """Read on in one log; whether all of it was there that its head refers to."""
        head = self.heads[owner] or Head()
        unread = [key for key in head.parts if key not in self._read.get(owner, ())]
        taken = {key for key, _ in await self._take(unread)} if unread else set[str]()
        missing = set(unread) - taken
        if missing and give_up:  # whatever was in it, the census finds
            structlog.get_logger().warning("index_segments_missing", log=owner, segments=sorted(missing))
            missing = set()
        self._read[owner] = set(head.parts) - missing
        number = max(self._next.get(owner, 0), head.tail)
        if number != self._next.get(owner) or segment_key(owner, number) in found:
            number += len(await self._take_tail(owner, number))
        self._next[owner] = number
        return not missing

    async def _take_tail(self, owner: str, number: int) -> list[tuple[str, list[Entry]]]:
        """Read the segments from a number on, up to the first that is not there yet."""
        taken = list[tuple[str, list[Entry]]]()
        while True:
            keys = [segment_key(owner, number + len(taken) + ahead) for ahead in range(_AHEAD)]
            found = await self._documents.read(keys)
            there = list(takewhile(found.__contains__, keys))
            taken += [(key, await self._put(found[key])) for key in there]
            if len(there) < len(keys):
                return taken

    async def _take(self, keys: Iterable[str]) -> list[tuple[str, list[Entry]]]:
        """Read those of these segments that are there."""
        wanted, taken = list(keys), list[tuple[str, list[Entry]]]()
        for begin in range(0, len(wanted), _AHEAD):
            found = await self._documents.read(wanted[begin : begin + _AHEAD])
            taken += [(key, await self._put(value)) for key, value in found.items()]
        return taken

    async def _put(self, value: bytes) -> list[Entry]:
        entries = decoded(value)
        for entry in entries:
            self._table.put(entry)
        await asyncio.sleep(0)  # a hundred thousand of them take a second, and others have to live meanwhile
        return entries
