import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from typing import Any, Final
from zlib import crc32

import structlog

from durably.authoring.ports import StateStore, StateStoreError
from durably.contracts.errors import UnavailableError
from worker.index.entry import Entry
from worker.index.keeping import Keeper
from worker.index.ports import Documents
from worker.index.reader import Reader
from worker.index.table import Table

_PAUSE_S: Final = 1.0
_PATIENCE_S: Final = 2.5
"""How long a question waits for the first reading; the budget of whoever asks is a little more."""


class Exchange:
    """What this worker learns goes out to the others, and what they learn comes in.

    Args:
        documents: Where logs are kept.
        records: Where the list of logs is kept.
        table: What stands now.
        absorb: Takes in what has happened on this worker, and tells what the others have to know.
        flush_s: Seconds for which that is gathered before it is written.
        beat_s: Seconds between two signs that this worker is there.
        clock: The time now.
    """

    def __init__(
        self,
        documents: Documents,
        records: StateStore,
        *,
        table: Table,
        absorb: Callable[[], None],
        flush_s: float,
        beat_s: float,
        clock: Callable[[], datetime],
    ) -> None:
        self._table = table
        self._absorb = absorb
        self._flush_s = flush_s
        self._reader = Reader(documents, table=table)
        self._keeper = Keeper(documents, records, reader=self._reader, table=table, beat_s=beat_s, clock=clock)
        self._waiting: dict[str, Entry] = {}
        self._wake = asyncio.Event()
        self._complete = asyncio.Event()
        self._reading = asyncio.Lock()
        self._read_at = float("-inf")
        self._log: Any = structlog.get_logger()

    @property
    def owner(self) -> str:
        """The name of our log, which no other worker has ever had."""
        return self._keeper.owner

    def tell(self, entry: Entry) -> None:
        """Let the others know, soon; of several about one instance they get the last."""
        self._waiting[entry.instance_id] = entry
        self._wake.set()

    def wake(self) -> None:
        """There is something to absorb."""
        self._wake.set()

    def is_ours(self, instance_id: str) -> bool:
        """Whether, of all workers, this one is to look after an instance; all who know of each other agree."""
        owners = sorted(self._reader.members | {self._keeper.owner})
        return owners[crc32(instance_id.encode()) % len(owners)] == self._keeper.owner

    async def catch_up(self) -> None:
        """Take in what the others have written until now.

        Raises:
            UnavailableError: Not everything has been read yet, or the state store is away.
        """
        begun = time.monotonic()
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await self._complete.wait()
                async with self._reading:
                    if self._read_at < begun:  # else somebody has, since we were asked
                        reading_at = time.monotonic()
                        await self._reader.catch_up(without=self._keeper.owner)
                        self._read_at = reading_at
        except TimeoutError as error:
            raise UnavailableError("The list of instances is still being read; try again.") from error
        except StateStoreError as error:
            raise UnavailableError("The list of instances cannot be read now; try again.") from error

    async def run(self) -> None:
        """Read everything, then write what is learned, until cancelled. A store that is away is waited for."""
        log = structlog.get_logger()
        while True:
            try:
                await self._work()
            except StateStoreError as error:
                log.debug("index_delayed", error=str(error))
            except Exception:  # a process edge: the list is worth less than the worker
                log.exception("index_failed")
            else:
                continue
            self._wake.set()  # what waits is written with the next try
            await asyncio.sleep(_PAUSE_S)

    async def aclose(self) -> None:
        """Write what is left, within a moment, and leave the log to the others."""
        self._absorb()
        try:
            async with asyncio.timeout(2):
                await self._keeper.leave(self._waiting)
        except (StateStoreError, TimeoutError) as error:
            self._log.info("index_left_behind", entries=len(self._waiting), error=str(error))

    async def _work(self) -> None:
        if not self._complete.is_set():
            await self._keeper.join()
            async with self._reading:
                await self._reader.catch_up(without=self._keeper.owner)
            self._complete.set()
            self._log.info("index_read", instances=len(self._table.entries))
        with suppress(TimeoutError):
            async with asyncio.timeout(self._keeper.next_beat_s):
                await self._wake.wait()
                await asyncio.sleep(self._flush_s)
        await self.flush()

    async def flush(self) -> None:
        """Write what is known here and not yet elsewhere, and do what is due.

        Raises:
            StateStoreError: The store is away; nothing is lost by that.
        """
        self._wake.clear()
        self._absorb()
        await self._keeper.keep(self._waiting)
