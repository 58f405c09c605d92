import asyncio
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

import structlog

from durably.contracts.errors import InstanceNotFoundError, UnavailableError
from durably.contracts.instances import InstanceView
from durably.telemetry.metrics import WorkflowMetrics
from worker.index.entry import GONE, Entry
from worker.index.index import InstanceIndex
from worker.tally import Tally

_READERS: Final = 8
_SHARE: Final = 20
"""At most one part in this many of the time is spent on counting, however many instances there are."""

_SETTLES: Final = timedelta(seconds=2)
"""An engine may note what a turn led to a moment after the turn; what is later than that, the index has missed."""


class Instances(Protocol):
    """The part of `durably.engine.client.EngineClient` that the census uses; see there."""

    async def list_ids(self, *, cursor: str | None = None) -> tuple[tuple[str, ...], str | None]:
        """One page of instance ids, and where the next one begins."""

    async def get(self, instance_id: str, *, payloads: bool = True) -> InstanceView:
        """The instance as it is now."""


class Census:
    """Compares the index with the engine, mends it, and tells the numbers that are found.

    No engine can be asked for the numbers, so ids are listed. An instance that has ended, as the index says, is not
    read; one that has not is, for how long nothing has happened in it. What the index does not have, or has otherwise,
    is put right; what the engine does not have any more is dropped. So whatever a killed worker could not write is
    made good with the next count.
    All workers count the same store: take the maximum over them.

    Args:
        engine: The client of the workflow engine.
        index: What is compared and mended.
        metrics: What is filled.
        workflows: The registered names, the only ones that become labels.
        interval_s: Seconds between two counts; more where a count takes long. Zero for never.
        stuck_after_s: Seconds without an event in its history after which an instance counts as stuck.
        clock: The time now.
    """

    def __init__(
        self,
        engine: Instances,
        *,
        index: InstanceIndex,
        metrics: WorkflowMetrics,
        workflows: frozenset[str],
        interval_s: float,
        stuck_after_s: float,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._index = index
        self._interval_s = interval_s
        self._reachable = metrics.store_reachable()
        self._tally = Tally(metrics, workflows=workflows, stuck_after_s=stuck_after_s, clock=clock)

    async def run(self) -> None:
        """Count again and again, one count after the other, until cancelled. An engine that is away stops nothing."""
        log = structlog.get_logger()
        while self._interval_s:
            begun = time.monotonic()
            try:
                await self.count()
            except UnavailableError as error:
                self._reachable.set(0)
                log.debug("census_skipped", code=error.code, error=error.detail)
            except Exception:  # a process edge: numbers are worth less than the worker that they are about
                self._reachable.set(0)
                log.exception("census_failed")
            else:
                self._reachable.set(1)
            await asyncio.sleep(max(self._interval_s, _SHARE * (time.monotonic() - begun)))

    async def count(self, *, everything: bool = False) -> int:
        """One count; how many instances the engine has.

        Args:
            everything: Whether instances are read that have ended, as the index says, too.

        Raises:
            UnavailableError: The engine or the state store is away; the numbers stay as they were.
        """
        await self._index.refresh()
        self._tally.begin()
        doubtful, listed, cursor = set(self._index.ids()), 0, None
        while True:
            ids, cursor = await self._engine.list_ids(cursor=cursor)
            listed += len(ids)
            doubtful -= set(ids)
            await self._read_all(deque(i for i in ids if everything or not self._has_ended(i)))
            if cursor is None:
                break
        await self._read_all(deque(doubtful))
        self._tally.show(self._index.by_kind())
        return listed

    def _has_ended(self, instance_id: str) -> bool:
        known = self._index.known(instance_id)
        return known is not None and known.is_over and known.status != GONE

    async def _read_all(self, pending: deque[str]) -> None:
        readers = (self._read(pending) for _ in range(min(_READERS, len(pending))))
        for result in await asyncio.gather(*readers, return_exceptions=True):
            if result is not None:
                raise result

    async def _read(self, pending: deque[str]) -> None:
        while pending:
            instance_id = pending.popleft()
            known = self._index.known(instance_id)
            try:
                view = await self._engine.get(instance_id, payloads=False)
                if _differs(known, view):
                    view = await self._engine.get(instance_id)
            except InstanceNotFoundError:
                if known is not None and self._index.known(instance_id) is known:
                    await self._index.forget(instance_id)
                continue
            except BaseException:
                pending.clear()  # the other readers need not find out one by one
                raise
            if _differs(known, view) and self._index.known(instance_id) is known:  # else a turn was faster
                self._index.seen(view)
            self._tally.note(view)


def _differs(known: Entry | None, view: InstanceView) -> bool:
    """Whether the index has missed something."""
    if known is None or (known.workflow, known.status) != (view.workflow, view.status.value):
        return True
    return not known.is_over and view.updated_at > known.updated_at + _SETTLES
