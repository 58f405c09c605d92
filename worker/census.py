import asyncio
import time
from collections import Counter, deque
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final, Protocol

import structlog

from durably.contracts.errors import InstanceNotFoundError, UnavailableError
from durably.contracts.instances import InstanceStatus, InstanceView
from durably.contracts.observations import WorkflowRun
from durably.telemetry.metrics import UNKNOWN_WORKFLOW, WorkflowMetrics

_READERS: Final = 8
_SHARE: Final = 20
"""At most one part in this many of the time is spent on counting, however many instances there are."""

_Kind = tuple[str, str]

_WAITING_ON_PURPOSE: Final = InstanceStatus.SUSPENDED
"""Somebody paused it; that nothing happens is what was asked for."""


class Instances(Protocol):
    """The part of `durably.engine.client.EngineClient` that the census uses; see there."""

    async def list_ids(self, *, cursor: str | None = None) -> tuple[tuple[str, ...], str | None]:
        """One page of instance ids, and where the next one begins."""

    async def get(self, instance_id: str, *, payloads: bool = True) -> InstanceView:
        """The instance as it is now."""


class Census:
    """Counts instances by workflow and status into `durably_instances`, and those in which nothing happens any more.

    No engine can be asked for the numbers, so ids are listed and instances read, those that have ended only
    once, and those that ended on this worker not at all.
    All workers count the same store: take the maximum over them.

    Args:
        engine: The client of the workflow engine.
        metrics: What is filled.
        workflows: The registered names, the only ones that become labels.
        interval_s: Seconds between two counts; more where a count takes long.
        stuck_after_s: Seconds without an event in its history after which an instance counts as stuck.
        clock: The time now.
    """

    def __init__(
        self,
        engine: Instances,
        *,
        metrics: WorkflowMetrics,
        workflows: frozenset[str],
        interval_s: float,
        stuck_after_s: float,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._metrics = metrics
        self._workflows = workflows
        self._interval_s = interval_s
        self._stuck_after_s = stuck_after_s
        self._clock = clock
        self._ended: dict[str, _Kind] = {}
        self._noted: dict[str, _Kind] = {}
        self._shown: set[_Kind] = set()
        self._idle_s: dict[str, list[float]] = {}

    def note(self, run: WorkflowRun, status: InstanceStatus) -> None:
        """An instance ended on this worker, so it need not be read. Any thread."""
        if self._interval_s:  # nobody would ever empty it
            self._noted[run.instance_id] = (run.workflow, status.value)

    async def run(self) -> None:
        """Count again and again, one count after the other, until cancelled. An engine that is away stops nothing."""
        log = structlog.get_logger()
        while self._interval_s:
            begun = time.monotonic()
            try:
                await self.count()
            except UnavailableError as error:
                self._metrics.store_reachable().set(0)
                log.debug("census_skipped", code=error.code, error=error.detail)
            except Exception:  # a process edge: numbers are worth less than the worker that they are about
                self._metrics.store_reachable().set(0)
                log.exception("census_failed")
            else:
                self._metrics.store_reachable().set(1)
            await asyncio.sleep(max(self._interval_s, _SHARE * (time.monotonic() - begun)))

    async def count(self) -> None:
        """One count.

        Raises:
            UnavailableError: The engine is away; the numbers stay as they were.
        """
        noted, self._noted = self._noted, {}
        self._idle_s = {workflow: [] for workflow in (*self._workflows, UNKNOWN_WORKFLOW)}
        self._ended |= noted
        kinds: dict[str, _Kind] = {}
        cursor: str | None = None
        while True:
            ids, cursor = await self._engine.list_ids(cursor=cursor)
            kinds |= {i: self._ended[i] for i in ids if i in self._ended}
            await self._read_all(deque(i for i in ids if i not in self._ended), kinds)
            if cursor is None:
                break
        self._ended = {i: kind for i, kind in kinds.items() if InstanceStatus(kind[1]).has_ended}
        self._show(Counter(kinds.values()))
        self._show_idle()

    async def _read_all(self, pending: deque[str], kinds: dict[str, _Kind]) -> None:
        readers = (self._read(pending, kinds) for _ in range(min(_READERS, len(pending))))
        for result in await asyncio.gather(*readers, return_exceptions=True):
            if result is not None:
                raise result

    async def _read(self, pending: deque[str], kinds: dict[str, _Kind]) -> None:
        while pending:
            instance_id = pending.popleft()
            try:
                view = await self._engine.get(instance_id, payloads=False)
            except InstanceNotFoundError:
                continue  # purged since it was listed
            except BaseException:
                pending.clear()  # the other readers need not find out one by one
                raise
            workflow = view.workflow if view.workflow in self._workflows else UNKNOWN_WORKFLOW
            kinds[instance_id] = (workflow, view.status.value)
            if not view.status.has_ended and view.status is not _WAITING_ON_PURPOSE:
                idle_s = max(0.0, (self._clock() - view.updated_at).total_seconds())
                self._idle_s[workflow].append(idle_s)

    def _show(self, counted: Counter[_Kind]) -> None:
        for kind in self._shown | counted.keys():
            self._metrics.instances(*kind).set(counted[kind])
        self._shown |= counted.keys()

    def _show_idle(self) -> None:
        for workflow, idle_s in self._idle_s.items():
            self._metrics.instances_stuck(workflow).set(sum(s > self._stuck_after_s for s in idle_s))
            self._metrics.instance_idle(workflow).set(max(idle_s, default=0))
