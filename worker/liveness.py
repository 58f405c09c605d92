"""Whether a restart of this process would help."""

import time
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from durably.telemetry.probes import Check, Pings

PingEngine = Callable[[], Awaitable[None]]

PING_S: Final = 2.0
"""Seconds that one look at the engine may take."""

LOCKED: Final = "the sidecar has locked itself up: our work stream is open and it says that no worker is connected"


class Stream(Protocol):
    """The part of `durably.engine.stream.WorkStream` that the probes look at."""

    @property
    def connected(self) -> bool:
        """Whether the work stream is open."""


class Watchdog(Protocol):
    """The part of `worker.watchdog.Watchdog` that the probes look at."""

    @property
    def locked(self) -> bool:
        """Whether the sidecar has locked itself up."""


class Liveness:
    """Whether a restart of this process would help.

    It would if the work stream is gone for long though the sidecar answers: the SDK has then given up. While the
    sidecar itself is away a restart helps nothing, so that time does not count.

    Args:
        stream: The work stream.
        ping: One round trip to the engine; raises when it does not answer.
        limit_s: Seconds that the stream may be gone while the sidecar answers.
        watchdog: Knows whether the sidecar has locked itself up; None where there is nothing to watch.
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        *,
        stream: Stream,
        ping: PingEngine,
        limit_s: float,
        watchdog: Watchdog | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stream = stream
        self._watchdog = watchdog
        self._pings = Pings({"sidecar": ping_of(ping)}, timeout_s=PING_S)
        self._limit_s = limit_s
        self._clock = clock
        self._gone_since: float | None = None

    async def check(self) -> Check:
        """Look now; the time that the stream is gone is measured from probe to probe."""
        if self._stream.connected:
            self._gone_since = None
            locked = self._watchdog is not None and self._watchdog.locked
            return Check(ok=True, detail=f"{LOCKED}; a restart of this process does not help" if locked else "ok")
        sidecar = (await self._pings.check()).checks["sidecar"]
        if not sidecar.ok:
            self._gone_since = None
            return Check(ok=True, detail=f"no work stream, and no sidecar: {sidecar.detail}")
        now = self._clock()
        self._gone_since = now if self._gone_since is None else self._gone_since
        gone_s = now - self._gone_since
        return Check(ok=gone_s <= self._limit_s, detail=f"no work stream for {gone_s:.0f} s though the sidecar answers")


def ping_of(ping: PingEngine) -> Callable[[], Awaitable[str | None]]:
    """An engine's ping as a probe's."""

    async def run() -> str | None:
        await ping()
        return None

    return run
