import asyncio
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, Final

import structlog

from durably.authoring.ports import StateStoreError
from durably.contracts.instances import History
from worker.adapters.versions import Versions
from worker.journal import acts
from worker.journal.acts import Act, with_names
from worker.journal.executions import Execution, Noted, decoded, merged
from worker.journal.notes import Notes
from worker.journal.showing import with_attempts
from worker.journal.writing import AT_ONCE, key_of, write

_PAUSE_S: Final = 1.0

_PATIENCE_S: Final = 1.0
"""How long a history waits for what the engine does not record."""


class Journal:
    """Notes executions of activities and acts of people, and writes what is new every now and then.

    All workers write the one document of an instance, each over the version that it has read, and add to it what they
    know: so nothing has to be known of a worker to find what it ran, also after it was killed.

    Args:
        store: Where documents are kept.
        worker: The name of this worker.
        flush_s: Seconds for which executions are gathered: one that is over by then is written once.
        clock: The time now.
    """

    def __init__(
        self,
        store: Versions,
        *,
        worker: str,
        flush_s: float = 0.3,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._clock = clock
        self._flush_s = flush_s
        self._loop = asyncio.get_running_loop()
        self._wake = asyncio.Event()
        self._flushing = asyncio.Lock()
        self._doomed: set[str] = set()
        self._log: Any = structlog.get_logger()
        self.notes = Notes(worker, clock=clock, on_news=self._ring)

    def forget(self, instance_ids: Iterable[str]) -> None:
        """Delete what is kept of instances that were purged, soon."""
        self._doomed.update(instance_ids)
        self._wake.set()

    def started_by(self, instance_id: str, name: str) -> None:
        """See `worker.control.ports.Journal`."""
        self.notes.note(instance_id, acts.start(name, self._clock()))

    def raised_by(self, instance_id: str, name: str, event: str, payload: Any) -> None:
        """See `worker.control.ports.Journal`."""
        self.notes.note(instance_id, acts.event(name, event, payload, self._clock()))

    async def noted(self, instance_id: str) -> list[Noted]:
        """All that is known of one instance, the oldest first.

        Raises:
            StateStoreError: The store is away.
        """
        self.notes.absorb()
        ours = list(self.notes.waiting.get(instance_id, {}).values())  # first: what is written meanwhile is read
        key = key_of(instance_id)
        return merged(decoded((await self._store.read([key])).get(key, b"")), ours)

    async def executions(self, instance_id: str) -> list[Execution]:
        """The executions among that. Errors as for `noted`."""
        return [each for each in await self.noted(instance_id) if isinstance(each, Execution)]

    async def shown(self, history: History) -> History:
        """See `worker.control.ports.Journal`."""
        try:
            async with asyncio.timeout(_PATIENCE_S):
                noted = await self.noted(history.instance_id)
        except (StateStoreError, TimeoutError) as error:
            self._log.debug("journal_not_read", instance_id=history.instance_id, error=str(error))
            return history
        executions = [each for each in noted if isinstance(each, Execution)]
        return with_names(with_attempts(history, executions), [each for each in noted if isinstance(each, Act)])

    async def run(self) -> None:
        """Write what is new, until cancelled. A store that is away is waited for."""
        log = structlog.get_logger()
        while True:
            await self._wake.wait()
            await asyncio.sleep(self._flush_s)
            try:
                await self.flush()
            except StateStoreError as error:
                log.debug("journal_delayed", error=str(error), given_up=self.notes.given_up)
            except Exception:  # a process edge: the journal is worth less than the worker
                log.exception("journal_failed")
            else:
                continue
            self._wake.set()  # what waits is written with the next try
            await asyncio.sleep(_PAUSE_S)

    async def aclose(self) -> None:
        """Write what is left, within a moment."""
        try:
            async with asyncio.timeout(1):
                await self.flush()
        except (StateStoreError, TimeoutError) as error:
            self._log.info("journal_left_behind", instances=len(self.notes.waiting), error=str(error))

    async def flush(self) -> None:
        """Write what is known here and not in the store.

        Raises:
            StateStoreError: The store is away; nothing is lost by that.
        """
        async with self._flushing:
            self._wake.clear()
            self.notes.absorb()
            await self._delete()
            ids = list(self.notes.waiting)
            for begin in range(0, len(ids), AT_ONCE):
                chosen = (each for each in ids[begin : begin + AT_ONCE] if each in self.notes.waiting)
                batch = {each: dict(self.notes.waiting[each]) for each in chosen}
                if await write(self._store, batch):
                    self.notes.settle(batch)
                else:  # another worker was quicker: what it wrote is read with the next try
                    self._wake.set()

    async def _delete(self) -> None:
        doomed = set(self._doomed)
        if doomed:
            self.notes.drop(doomed)
            await self._store.delete([key_of(each) for each in doomed])
            self._doomed -= doomed

    def _ring(self) -> None:
        with suppress(RuntimeError):  # the loop is closed: the worker is gone
            self._loop.call_soon_threadsafe(self._wake.set)
