"""Notices a sidecar that has locked itself up, and has it started again.

When its last worker dies at a bad moment, daprd 1.18.2 locks itself up: the next worker's stream opens, no work ever
comes through it, and only a restart of the sidecar helps; see docs/durability.md. The sidecar's metadata tells: it
counts no worker while our stream is open.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final, Protocol

import structlog

_LOOKS: Final = 5
"""So many looks fit into the time that a sidecar is given."""

_MOST_PATIENT_S: Final = 300.0


class SidecarHttpError(Exception):
    """The sidecar's HTTP API did not answer, or not as it should."""


class Stream(Protocol):
    """The part of `durably.engine.stream.WorkStream` that is watched."""

    @property
    def opened_at(self) -> float | None:
        """Monotonic seconds when the open stream was opened; None while there is none."""


class Sidecar(Protocol):
    """The part of the sidecar's HTTP API that is needed; each call raises `SidecarHttpError`."""

    async def connected_workers(self) -> int:
        """How many work streams the sidecar serves, in its own opinion."""

    async def shut_down(self) -> None:
        """Ask the sidecar to end; whoever started it starts it again."""

    async def aclose(self) -> None:
        """Close the connection."""


class Watchdog:
    """Looks again and again whether the sidecar knows of our stream.

    Args:
        stream: Our work stream.
        sidecar: The sidecar that it goes to.
        after_s: Seconds that the stream has to be open, and unknown to the sidecar, until that is a lock-up.
        restart: Whether the sidecar is then told to end. If not, it is only said.
        on_restart: Told of each time.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        *,
        stream: Stream,
        sidecar: Sidecar,
        after_s: float,
        restart: bool,
        on_restart: Callable[[], object],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._sidecar = sidecar
        self._after_s = after_s
        self._patience_s = after_s
        self._restart = restart
        self._on_restart = on_restart
        self._clock = clock
        self._unknown_since: float | None = None
        self._log: Any = structlog.get_logger()
        self.locked = False
        """Whether the sidecar has locked itself up, as far as we can tell."""

    async def run(self) -> None:
        """Look until cancelled."""
        log = structlog.get_logger()
        while True:
            try:
                await self.look()
            except Exception:  # a process edge: the worker is worth more than its watchdog
                log.exception("watchdog_failed")
            await asyncio.sleep(self._after_s / _LOOKS)

    async def aclose(self) -> None:
        """Close the connection to the sidecar."""
        await self._sidecar.aclose()

    async def look(self) -> None:
        """Look once, and act."""
        opened_at = self._stream.opened_at
        if opened_at is None:
            self._nothing_known()
            return
        try:
            workers = await self._sidecar.connected_workers()
        except SidecarHttpError as error:
            self._log.debug("sidecar_metadata_missing", error=str(error))
            self._nothing_known()
            return
        if workers:
            self._patience_s = self._after_s
            self._nothing_known()
            return
        now = self._clock()
        # A look may have crossed a reconnect: only what happened to the stream that is open now counts.
        self._unknown_since = max(opened_at, now if self._unknown_since is None else self._unknown_since)
        if now - self._unknown_since >= self._patience_s:
            await self._act(now - self._unknown_since)

    def _nothing_known(self) -> None:
        self._unknown_since = None
        self.locked = False

    async def _act(self, unknown_s: float) -> None:
        if not self.locked:
            self._log.error("sidecar_locked", unknown_s=round(unknown_s, 1), restart=self._restart)
        self.locked = True
        if not self._restart:
            return
        self._unknown_since = None  # begins anew, with more patience, should this not help
        self._patience_s = min(2 * self._patience_s, max(_MOST_PATIENT_S, self._after_s))
        try:
            await self._sidecar.shut_down()
        except SidecarHttpError as error:
            self._log.error("sidecar_restart_refused", error=str(error), again_in_s=self._patience_s)
            return
        self._on_restart()
        self._log.warning("sidecar_restart_asked")
