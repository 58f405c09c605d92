import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Final

import structlog

from durably.contracts.diagnosis import Diagnosis, Verdict
from durably.contracts.errors import InstanceNotFoundError, UnavailableError
from durably.contracts.instances import InstanceStatus
from durably.telemetry.metrics import UNKNOWN_WORKFLOW, WorkflowMetrics
from worker.diagnosis.gathering import Diagnoser
from worker.diagnosis.seen import Seen
from worker.index.entry import Entry
from worker.index.index import InstanceIndex

_ROUND: Final = 500
"""So many instances are looked at each time, those first that nobody has looked at for longest."""

_BY_STATUS: Final = {
    InstanceStatus.COMPLETED: Verdict.FINISHED,
    InstanceStatus.TERMINATED: Verdict.FINISHED,
    InstanceStatus.FAILED: Verdict.FAILED,
    InstanceStatus.SUSPENDED: Verdict.PAUSED,
}


class VerdictWatch:
    """Gives each instance a verdict, and shows how many there are of each, as `durably_instances_by_verdict`.

    The workers divide the instances among themselves: add the numbers up. Most of them cost nothing: what has ended, is
    paused, or has just moved, needs no look.

    Args:
        index: All instances.
        diagnoser: What looks at one.
        metrics: What is filled.
        workflows: The registered names, the only ones that become labels.
        interval_s: Seconds between two rounds; zero for never.
        quiet_s: Seconds in which nothing has to have moved until an instance is looked at.
        clock: The time now.
    """

    def __init__(
        self,
        index: InstanceIndex,
        diagnoser: Diagnoser,
        *,
        metrics: WorkflowMetrics,
        workflows: frozenset[str],
        interval_s: float,
        quiet_s: float,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._index = index
        self._diagnoser = diagnoser
        self._metrics = metrics
        self._workflows = workflows
        self._interval_s = interval_s
        self._quiet = timedelta(seconds=quiet_s)
        self._clock = clock
        self._seen: dict[str, Seen] = {}
        self._shown: set[tuple[str, str]] = set()

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        log = structlog.get_logger()
        while self._interval_s:
            await asyncio.sleep(self._interval_s)
            try:
                await self.look()
            except Exception:  # a process edge: numbers are worth less than the worker that they are about
                log.exception("verdicts_failed")

    async def look(self) -> None:
        """One round."""
        try:
            await self._index.refresh()
            outage = await self._look_at(self._doubtful())
        except UnavailableError:
            outage = await self._away()
        ours = list(self._ours())
        self._seen = {each.instance_id: seen for each in ours if (seen := self._seen.get(each.instance_id))}
        self._show(Counter((self._label(each), self._verdict(each, outage).value) for each in ours))

    def _ours(self) -> Iterable[Entry]:
        is_ours = self._index.exchange.is_ours
        return (each for each in tuple(self._index.table.entries.values()) if is_ours(each.instance_id))

    def _doubtful(self) -> list[Entry]:
        """Those that have to be looked at."""
        now = self._clock()
        doubtful = [each for each in self._ours() if self._is_doubtful(each, now)]
        never = datetime.min.replace(tzinfo=UTC)
        doubtful.sort(key=lambda each: seen.at if (seen := self._seen.get(each.instance_id)) else never)
        return doubtful[:_ROUND]

    def _is_doubtful(self, entry: Entry, now: datetime) -> bool:
        if InstanceStatus(entry.status) in _BY_STATUS:
            return False
        seen = self._seen.get(entry.instance_id)
        if seen is not None and not seen.verdict.is_healthy:
            return True  # an engine that tries a turn again and again moves it, and it does not go on for that
        if entry.status != InstanceStatus.STALLED and now - entry.updated_at < self._quiet:
            return False
        return seen is None or not seen.still_waits(entry.updated, now)

    async def _look_at(self, entries: Iterable[Entry]) -> Verdict | None:
        """What is away, if that came to an end before all of them."""
        for entry in entries:
            try:
                found: Diagnosis = await self._diagnoser.alone(entry.instance_id)
            except InstanceNotFoundError:
                continue  # the census drops it
            except UnavailableError:
                return await self._away()
            self._seen[entry.instance_id] = Seen(entry.updated, found.at, found.verdict, found.until)
        return None

    async def _away(self) -> Verdict | None:
        """The verdict on whatever cannot be read; None where the engine is only slow."""
        verdict, _ = await self._diagnoser.outages.verdict()
        return None if verdict.is_healthy else verdict

    def _verdict(self, entry: Entry, outage: Verdict | None) -> Verdict:
        known = _BY_STATUS.get(InstanceStatus(entry.status))
        if known is not None:
            return known
        seen = self._seen.get(entry.instance_id)
        holds = seen is not None and (seen.updated == entry.updated or not seen.verdict.is_healthy)
        return outage or (seen.verdict if seen is not None and holds else Verdict.ON_ITS_WAY)

    def _show(self, counts: Counter[tuple[str, str]]) -> None:
        for kind in self._shown | counts.keys():
            self._metrics.instances_by_verdict(*kind).set(counts[kind])
        self._shown |= counts.keys()

    def _label(self, entry: Entry) -> str:
        return entry.workflow if entry.workflow in self._workflows else UNKNOWN_WORKFLOW
