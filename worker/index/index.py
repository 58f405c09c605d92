import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from typing import Final

from durably.authoring.ports import StateStore
from durably.contracts.instances import InstanceView
from durably.contracts.listing import ApprovalQuery, CountQuery, Counts, InstancePage, InstanceQuery, PendingApprovals
from durably.contracts.observations import TurnReport
from worker.index import questions
from worker.index.entry import Entry, gone, of_turn, of_view, requested
from worker.index.exchange import Exchange
from worker.index.ports import Documents
from worker.index.table import Kind, Table

_STALE_US: Final = 5_000_000
"""Of turns that change nothing but the time, the other workers are told only so often."""


class InstanceIndex:
    """Lists, counts and approvals, always from memory; see `worker.index`.

    Args:
        documents: Where logs are kept.
        records: Where the list of logs is kept.
        flush_s: Seconds for which what was learned is gathered before it is written.
        beat_s: Seconds between two signs for the others that this worker is there.
        clock: The time now.
        on_gone: Told of the ids of instances that were purged, and of their children's.
    """

    def __init__(
        self,
        documents: Documents,
        records: StateStore,
        *,
        flush_s: float = 0.15,
        beat_s: float = 20.0,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        on_gone: Callable[[Iterable[str]], None] = lambda _: None,
    ) -> None:
        self.table = Table()
        self.exchange = Exchange(
            documents, records, table=self.table, absorb=self._absorb, flush_s=flush_s, beat_s=beat_s, clock=clock
        )
        self._clock = clock
        self._on_gone = on_gone
        self._loop = asyncio.get_running_loop()
        self._reports: deque[TurnReport] = deque()
        self._rung = False
        self._told: dict[str, int] = {}

    def note(self, report: TurnReport) -> None:
        """A turn was run here. Any thread; costs next to nothing."""
        self._reports.append(report)
        if not self._rung:
            self._rung = True
            with suppress(RuntimeError):  # the loop is closed: the worker is gone
                self._loop.call_soon_threadsafe(self.exchange.wake)

    def asked_for(self, instance_id: str, workflow: str, at: datetime, *, rerun: bool = False) -> None:
        """Somebody asked for an instance, after `at`; its first turn tells the rest, save when a rerun was made."""
        known = self.table.find(instance_id)
        if known is None or (rerun and not known.asked):
            self._learn(requested(instance_id, workflow, at, rerun=rerun))

    def known(self, instance_id: str) -> Entry | None:
        """What stands of an instance, a purge too."""
        self._absorb()
        return self.table.find(instance_id)

    def dated(self, view: InstanceView) -> InstanceView:
        """See `worker.control.ports.Index`."""
        return questions.dated(self.table.find(view.instance_id), view)

    def ids(self) -> tuple[str, ...]:
        """Every instance that is known, without those that were purged."""
        self._absorb()
        return tuple(self.table.entries)

    def seen(self, view: InstanceView) -> None:
        """The engine shows an instance like this, with its custom status; what differs is mended."""
        self._learn(of_view(view, self.known(view.instance_id)))

    async def forget(self, instance_id: str) -> None:
        """Drop an instance that was purged, and its children."""
        self._absorb()
        now = self._clock()
        family = self.table.family(instance_id)
        for entry in family:
            self._learn(gone(entry, now))
        self._on_gone({instance_id, *(entry.instance_id for entry in family)})

    async def refresh(self) -> None:
        """Take in what happened here and what the others have written.

        Raises:
            UnavailableError: Not everything has been read yet, or the state store is away.
        """
        await self.exchange.catch_up()
        self._absorb()

    async def page(self, query: InstanceQuery) -> InstancePage:
        """See `worker.control.ports.Index`."""
        await self.refresh()
        return questions.page(self.table, query)

    async def counts(self, query: CountQuery) -> Counts:
        """See `worker.control.ports.Index`."""
        await self.refresh()
        return questions.counts(self.table, query)

    async def approvals(self, query: ApprovalQuery) -> PendingApprovals:
        """See `worker.control.ports.Index`."""
        await self.refresh()
        return questions.approvals(self.table, query)

    def by_kind(self) -> Counter[Kind]:
        """How many there are now by workflow and status, as far as is known here."""
        return Counter({kind: len(shelf.by_time) for kind, shelf in self.table.shelves()})

    def _absorb(self) -> None:
        """Take in what this worker's turns came to."""
        self._rung = False  # before the reports are taken: what comes from now on rings again
        while self._reports:
            entry = of_turn(self._reports.popleft())
            known = self.table.find(entry.instance_id)
            if known is not None and known.life >= entry.life and not known.is_over:
                # It has just run, so it is the life that is known: the history of a rerun begins with its source's.
                # The clocks of two sidecars differ; turns come one after the other.
                entry = entry._replace(
                    begun=known.begun, life=known.life, updated=max(entry.updated, known.updated + 1)
                )
            self._learn(entry)

    def _learn(self, entry: Entry) -> None:
        known = self.table.find(entry.instance_id)
        stands = self.table.put(entry)
        if stands is None:
            return
        if stands.is_over:
            self._told.pop(stands.instance_id, None)
        else:
            is_news = known is None or known._replace(updated=stands.updated) != stands
            if not is_news and stands.updated - self._told.get(stands.instance_id, 0) < _STALE_US:
                return
            self._told[stands.instance_id] = stands.updated
        self.exchange.tell(stands)
