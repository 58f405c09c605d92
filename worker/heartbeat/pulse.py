"""What this worker says of itself."""

import os
import socket
import stat
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from durably import __version__
from durably.contracts.held_back import HeldBack
from durably.contracts.observations import ActivityRun
from durably.contracts.workers import Heartbeat, InFlight, RegisteredWorkflow, StreamState
from durably.engine.host import WorkflowHost
from durably.engine.registry import Registry
from worker.control.gate import Gate
from worker.heartbeat.settings import HeartbeatSettings
from worker.journal.notes import Notes
from worker.journal.observing import worker_name
from worker.liveness import Watchdog

_RUNNING: Final = 100
_HELD: Final = 50
_MISSED: Final = 5
"""So many beats may be missed until a worker is taken for gone."""


class Pulse:
    """Makes this worker's heartbeats.

    Args:
        settings: Where it runs, and what its code is called.
        host: What it runs.
        notes: Which activities run.
        gate: Whether it is on its way out.
        watchdog: Knows whether the sidecar has locked itself up; None where there is nothing to watch.
        name: What it is called; by default as histories call it.
        clock: The time now.
    """

    def __init__(
        self,
        settings: HeartbeatSettings,
        *,
        host: WorkflowHost,
        notes: Notes,
        gate: Gate,
        watchdog: Watchdog | None = None,
        name: str | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._host = host
        self._notes = notes
        self._gate = gate
        self._watchdog = watchdog
        self._clock = clock
        self._lives = timedelta(seconds=settings.heartbeat_interval_s * _MISSED)
        self._stream: tuple[StreamState, datetime] = ("lost", clock())
        self._name = name or worker_name()
        self._always = self._of_this_process(settings, clock())

    def beat(self) -> Heartbeat:
        """How it is now."""
        now, running, held = self._clock(), self._notes.running(), self._held_back()
        stream, since = self._stream_state(now)
        return self._always.model_copy(
            update={
                "beat_at": now,
                "expires_at": now + self._lives,
                "in_flight": tuple(_in_flight(*each) for each in running[:_RUNNING]),
                "in_flight_count": len(running),
                "queued": max(0, self._host.given - len(running)),
                "held_back": held[:_HELD],
                "held_back_count": len(held),
                "stream": stream,
                "stream_since": since,
                "draining": self._gate.draining,
            }
        )

    def _of_this_process(self, settings: HeartbeatSettings, now: datetime) -> Heartbeat:
        """What stays the same as long as it lives."""
        registry = self._host.registry
        names = sorted({workflow.name for workflow in registry.workflows})
        return Heartbeat(
            worker=self._name,
            host=socket.gethostname(),
            pid=os.getpid(),
            pod=settings.pod_name,
            namespace=settings.pod_namespace,
            log=_log_file(),
            version=settings.code_version or __version__,
            started_at=now,
            beat_at=now,
            expires_at=now + self._lives,
            workflows=tuple(RegisteredWorkflow(name=name, versions=_versions(registry, name)) for name in names),
            activities=tuple(sorted(activity.name for activity in registry.activities)),
            max_activities=self._host.max_activities,
            stream="lost",
            stream_since=now,
        )

    def _held_back(self) -> tuple[HeldBack, ...]:
        return tuple(sorted(self._host.held_back(), key=lambda each: each.since))

    def _stream_state(self, now: datetime) -> tuple[StreamState, datetime]:
        """How the stream is, and since when, as exactly as is known."""
        opened_at = self._host.stream.opened_at
        state: StreamState = "lost" if opened_at is None else "connected"
        if opened_at is not None and self._watchdog is not None and self._watchdog.locked:
            state = "locked"
        if state != self._stream[0]:
            open_s = time.monotonic() - opened_at if opened_at is not None else 0
            self._stream = (state, now - timedelta(seconds=open_s))
        return self._stream


def _versions(registry: Registry, name: str) -> tuple[str, ...]:
    return tuple(workflow.version for workflow in registry.workflows if workflow.name == name)


def _in_flight(run: ActivityRun, since: datetime) -> InFlight:
    return InFlight(
        instance_id=run.instance_id, activity=run.activity, task_id=run.task_id, attempt=run.attempt, started_at=since
    )


def _log_file() -> str | None:
    """The file that standard error, which is where the log goes, is written to; None for a pipe or a terminal."""
    try:
        if not stat.S_ISREG(os.fstat(2).st_mode):
            return None
        return str(Path("/proc/self/fd/2").readlink())
    except OSError:
        return None
