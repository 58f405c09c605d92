import asyncio
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

import structlog

from durably.authoring.ports import StateStore
from worker.index.entry import Entry, micros
from worker.index.log import Log
from worker.index.members import Members
from worker.index.ports import Documents, beat_key, head_key
from worker.index.reader import Reader
from worker.index.table import Table

_VANISHED_S: Final = 90.0
"""Without a sign for so long an owner has vanished. Clocks of nodes must not differ by much more than a minute."""

_REMEMBER_S: Final = 3_600.0
"""How long a purge is remembered, so that nothing older brings an instance back."""


class Keeper:
    """Keeps our log: writes, folds, shows that we are there, and takes over the logs of those who are not.

    Args:
        documents: Where logs are kept.
        records: Where the list of logs is kept.
        reader: Reads the others' logs.
        table: What stands now.
        beat_s: Seconds between two signs that we are there.
        clock: The time now.
    """

    def __init__(
        self,
        documents: Documents,
        records: StateStore,
        *,
        reader: Reader,
        table: Table,
        beat_s: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._documents = documents
        self._members = Members(records)
        self._reader = reader
        self._table = table
        self._beat_s = beat_s
        self._clock = clock
        self._lock = asyncio.Lock()
        self._beat_at = float("-inf")
        self._recent: list[set[str]] = [set(), set()]
        self._log: Any = structlog.get_logger()
        self._own = self._new_log()

    @property
    def owner(self) -> str:
        """The name of our log."""
        return self._own.owner

    @property
    def next_beat_s(self) -> float:
        """Seconds until the next sign is due."""
        return max(0.0, self._beat_at + self._beat_s - time.monotonic())

    async def join(self) -> None:
        """Let the others read our log. Raises as all of it: StateStoreError, where the store is away."""
        await self._own.write_head(seen=self._now)
        await self._members.join(self.owner)

    async def keep(self, waiting: dict[str, Entry]) -> None:
        """Write what waits, and do what is due."""
        async with self._lock:
            self._recent[0] |= waiting.keys()
            await self._own.append(waiting)
            if self._own.is_long:
                await self._own.fold(seen=self._now)
            if not self.next_beat_s:
                await self._beat(waiting)

    async def leave(self, waiting: dict[str, Entry]) -> None:
        """Write what waits, and let the others take the log over at once."""
        async with self._lock:
            await self._own.append(waiting)
            await self._own.write_head(seen=0)

    async def _beat(self, waiting: dict[str, Entry]) -> None:
        await self._reader.catch_up(without=self.owner)
        if self.owner not in self._reader.members:
            await self._begin_anew(waiting)
        self._recent = [set(), self._recent[0]]
        await self._own.write_head(seen=self._now)
        for other, head in dict(self._reader.heads).items():
            if head is None or self._now - head.seen > _VANISHED_S * 1e6:
                await self._adopt(other)
        await self._tidy()
        self._beat_at = time.monotonic()

    async def _adopt(self, dead: str) -> None:
        """Take a log over. Killed in between, the next one who does finds both, and reads the same twice."""
        if not await self._members.claim(dead, by=self.owner):
            return
        segments, head = await self._reader.contents(dead)
        await self._own.take_over(segments, [head_key(dead), beat_key(dead), *head.doomed], seen=self._now)
        await self._members.release(dead)
        self._log.info("index_log_taken_over", log=dead, segments=len(segments))

    async def _begin_anew(self, waiting: dict[str, Entry]) -> None:
        """We were taken for dead, for instance after a long sleep: our log belongs to another worker now."""
        self._log.warning("index_log_lost", log=self.owner)
        self._own = self._new_log()
        for each in set().union(*self._recent):
            entry = self._table.find(each)
            if entry is not None:
                waiting.setdefault(each, entry)
        await self.join()

    async def _tidy(self) -> None:
        """Forget purges of long ago, and make our own segments anew that have them."""
        now = self._now
        old = [each for each, entry in self._table.gone.items() if now - entry.updated > _REMEMBER_S * 1e6]
        for each in old:
            del self._table.gone[each]
        if self._own.holds(old):
            await self._own.fold(seen=now, stale=old)

    def _new_log(self) -> Log:
        return Log(self._documents, owner=uuid4().hex[:12], table=self._table)

    @property
    def _now(self) -> int:
        return micros(self._clock())
