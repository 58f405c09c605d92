"""SIGTERM and SIGINT: not ready at once, start nothing, finish what runs, close, exit 0. A second one exits at once."""

import asyncio
import os
import signal
from collections.abc import Callable
from typing import Any, Final, Protocol

import structlog

from durably.telemetry.observer import TelemetryObserver
from worker.control.gate import Gate

EXIT_AT_ONCE: Final = 1


class Host(Protocol):
    """The part of `durably.engine.host.WorkflowHost` that is drained; see there."""

    @property
    def in_flight(self) -> int:
        """How many activities run now."""

    async def stop(self, *, grace_s: float) -> bool:
        """Begin nothing, finish what runs, close; whether everything finished in time."""


class Shutdown:
    """Turns signals into an orderly end.

    Args:
        gate: Told first, so that readiness and starts follow at once.
        observer: Told, so that the work stream's end does not count as a loss.
        exit_now: Ends the process without waiting for anything.
        closing_s: Seconds that the host gets to close after the grace period; a frozen sidecar may take far longer to
            take a result.
    """

    def __init__(
        self,
        *,
        gate: Gate,
        observer: TelemetryObserver,
        exit_now: Callable[[int], object] = os._exit,
        closing_s: float = 3.0,
    ) -> None:
        self._gate = gate
        self._exit_now = exit_now
        self._closing_s = closing_s
        self._observer = observer
        self._requested = asyncio.Event()
        self._stuck = False
        self._log: Any = structlog.get_logger()

    def install(self) -> None:
        """Take the signals of the running loop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.request, number)

    def request(self, number: signal.Signals) -> None:
        """A signal came."""
        if self._requested.is_set():
            self._log.warning("worker_aborted", signal=number.name)
            self._exit_now(EXIT_AT_ONCE)  # whatever holds up the orderly end must not hold up this one
        self._log.info("worker_stopping", signal=number.name)
        self._gate.draining = True
        self._observer.stopping = True
        self._requested.set()

    async def wait(self) -> None:
        """Return once the process has been asked to stop."""
        await self._requested.wait()

    async def drain(self, host: Host, *, grace_s: float) -> None:
        """Let activities in flight finish, then end the waits of callers.

        Args:
            host: What runs them.
            grace_s: Seconds that they get; those that take longer are run again elsewhere.
        """
        in_flight = host.in_flight
        try:
            async with asyncio.timeout((grace_s if in_flight else 0) + self._closing_s):
                finished = await host.stop(grace_s=grace_s)
        except TimeoutError:
            self._stuck, finished = True, host.in_flight == 0
        write = self._log.info if finished else self._log.warning
        write("worker_drained", in_flight=in_flight, finished=finished, left=host.in_flight)
        self._gate.close()

    def leave(self) -> None:
        """The last step. Returns, unless the host did not close in time: then it exits."""
        self._log.info("worker_stopped")
        if self._stuck:
            self._exit_now(0)
