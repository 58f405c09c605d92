import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Final

from durably.authoring.ports import StateStoreError
from durably.contracts.diagnosis import Diagnosis
from durably.contracts.errors import InstanceNotFoundError, UnavailableError
from durably.contracts.instances import History, InstanceView
from durably.contracts.workers import Heartbeat
from durably.domain.diagnosis.facts import Facts
from durably.domain.diagnosis.verdict import children_of, diagnose
from worker.diagnosis.family import Family
from worker.diagnosis.outages import Outages
from worker.diagnosis.ports import Engine, Journal, Known
from worker.heartbeat.heartbeats import Heartbeats

_READ_S: Final = 2.2
"""How long the instance may take to be read; what is away is looked for after that, and all of it within 5 s."""

_WORKERS_S: Final = 0.8
_CHILDREN_S: Final = 1.7
_CHILDREN: Final = 8
"""So many children of one parent are looked at."""


class Diagnoser:
    """Says why an instance is where it is.

    Args:
        engine: Where instances are read.
        journal: Who ran which activity.
        heartbeats: Which workers there are.
        known: What the index has of an instance.
        lost_after_s: Seconds after which what nobody works on counts as lost.
        clock: The time now.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        journal: Journal,
        heartbeats: Heartbeats,
        known: Known,
        lost_after_s: float,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._engine = engine
        self._journal = journal
        self._heartbeats = heartbeats
        self._known = known
        self._lost_after = timedelta(seconds=lost_after_s)
        self._clock = clock
        self.outages = Outages(engine, heartbeats=heartbeats, known=known)

    async def why(self, instance_id: str) -> Diagnosis:
        """The diagnosis of one instance, followed down into its children. Never takes 5 s.

        Raises:
            InstanceNotFoundError: There is no such instance.
        """
        try:
            async with asyncio.timeout(_READ_S):
                facts = await self._facts(instance_id)
        except (UnavailableError, TimeoutError) as error:
            return await self.outages.found(instance_id, error)
        family = Family()
        family.admits(instance_id, 0)
        return diagnose(facts, await self._child(facts, family, depth=1))

    async def alone(self, instance_id: str) -> Diagnosis:
        """The diagnosis of one instance without its children.

        Raises:
            InstanceNotFoundError: There is no such instance.
            UnavailableError: It cannot be read.
        """
        return diagnose(await self._facts(instance_id))

    async def _child(self, facts: Facts, family: Family, *, depth: int) -> Diagnosis | None:
        """The child that is worst off, of those that there is time for."""
        wanted = [each for each in children_of(facts)[:_CHILDREN] if family.admits(each.child_id or "", depth)]
        if not wanted:
            return None
        found: list[Diagnosis] = []
        with suppress(TimeoutError):
            async with asyncio.timeout(_CHILDREN_S):
                for each in wanted:
                    with suppress(InstanceNotFoundError, UnavailableError):
                        below = await self._facts(each.child_id or "", workflow=each.name)
                        found.append(diagnose(below, await self._child(below, family, depth=depth + 1)))
        return min(found, key=lambda each: each.healthy, default=None)

    async def _facts(self, instance_id: str, *, workflow: str | None = None) -> Facts:
        workers = asyncio.ensure_future(self._workers())
        try:
            view = await self._engine.get(instance_id)
            history = await self._history(instance_id)
            self.outages.answered_at = time.monotonic()
            there, are_all = await workers
        finally:
            workers.cancel()
        return Facts(
            view=self._named(view, workflow),
            events=(await self._journal.shown(history)).events,
            workers=there,
            now=self._clock(),
            lost_after=self._lost_after,
            all_workers=are_all,
        )

    async def _history(self, instance_id: str) -> History:
        try:
            return await self._engine.history(instance_id)
        except InstanceNotFoundError:  # it was asked for, and has not begun
            return History(instance_id=instance_id, events=())

    async def _workers(self) -> tuple[Sequence[Heartbeat], bool]:
        """The workers that are there, and whether these are all."""
        try:
            async with asyncio.timeout(_WORKERS_S):
                return await self._heartbeats.all(), True
        except (StateStoreError, TimeoutError):
            return (self._heartbeats.own,), False

    def _named(self, view: InstanceView, workflow: str | None) -> InstanceView:
        """An engine may not know the name of what has not begun; whoever asked for it did."""
        if view.workflow:
            return view
        known = self._known(view.instance_id)
        name = workflow or (known.workflow if known else None) or _held(self._heartbeats.own, view.instance_id)
        return view.model_copy(update={"workflow": name}) if name else view


def _held(own: Heartbeat, instance_id: str) -> str | None:
    return next((each.workflow for each in own.held_back if each.instance_id == instance_id), None)
