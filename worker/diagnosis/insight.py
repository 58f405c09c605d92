import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from durably.engine.client import EngineClient
from durably.engine.host import WorkflowHost
from worker.adapters.documents import Documents
from worker.adapters.sidecar import Sidecar
from worker.control.gate import Gate
from worker.diagnosis.gathering import Diagnoser
from worker.diagnosis.watch import VerdictWatch
from worker.heartbeat.heartbeats import Heartbeats
from worker.heartbeat.pulse import Pulse
from worker.liveness import Watchdog
from worker.overview import Overview
from worker.settings import WorkerSettings


@dataclass(frozen=True, slots=True)
class Insight:
    """What a worker can say of why things are as they are.

    Attributes:
        heartbeats: Which workers there are; tells them of this one.
        diagnoser: Why one instance is where it is.
        watch: How many instances there are by verdict.
        known: What is known of all instances.
    """

    heartbeats: Heartbeats
    diagnoser: Diagnoser
    watch: VerdictWatch
    known: Overview

    @property
    def background(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        """What goes on beside the worker; what the index learns comes first."""
        return self.known.index.exchange.run, self.known.journal.run, self.heartbeats.run, self.watch.run

    async def aclose(self) -> None:
        """Write down what is not yet, and say goodbye: side by side, as each waits for a store that may be away."""
        await asyncio.gather(self.known.journal.aclose(), self._leave())

    async def _leave(self) -> None:
        """A beat goes before the log that it belongs to."""
        await self.heartbeats.aclose()
        await self.known.index.exchange.aclose()


def insight(
    settings: WorkerSettings,
    *,
    host: WorkflowHost,
    known: Overview,
    engine: EngineClient,
    sidecar: Sidecar,
    gate: Gate,
    watchdog: Watchdog | None,
) -> Insight:
    """The parts, put together."""
    index = known.index
    pulse = Pulse(settings, host=host, notes=known.journal.notes, gate=gate, watchdog=watchdog)
    heartbeats = Heartbeats(
        Documents(sidecar, store=settings.state_store),
        pulse=pulse,
        owner=lambda: index.exchange.owner,
        interval_s=settings.heartbeat_interval_s,
    )
    lost_after_s = settings.dispatch_lost_after_s
    diagnoser = Diagnoser(
        engine, journal=known.journal, heartbeats=heartbeats, known=index.known, lost_after_s=lost_after_s
    )
    names, every_s = frozenset(each.name for each in host.registry.workflows), settings.census_interval_s
    watch = VerdictWatch(
        index, diagnoser, metrics=known.metrics, workflows=names, interval_s=every_s, quiet_s=lost_after_s / 2
    )
    return Insight(heartbeats, diagnoser, watch, known)
