"""What the platform asks: /livez, /readyz, /metrics, on a port of their own."""

import time
from collections.abc import Awaitable, Callable
from typing import Final, Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry

from durably.telemetry.metrics import CONTENT_TYPE, exposition
from durably.telemetry.probes import Check, NotReadyError, Pings
from worker.control.gate import Gate

PingEngine = Callable[[], Awaitable[None]]

_PING_S: Final = 2.0


class Stream(Protocol):
    """The part of `durably.engine.stream.WorkStream` that the probes look at."""

    @property
    def connected(self) -> bool:
        """Whether the work stream is open."""


class Liveness:
    """Whether a restart of this process would help.

    It would if the work stream is gone for long though the sidecar answers: the SDK has then given up. While the
    sidecar itself is away a restart helps nothing, so that time does not count.

    Args:
        stream: The work stream.
        ping: One round trip to the engine; raises when it does not answer.
        limit_s: Seconds that the stream may be gone while the sidecar answers.
        clock: Monotonic seconds.
    """

    def __init__(
        self, *, stream: Stream, ping: PingEngine, limit_s: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._stream = stream
        self._pings = Pings({"sidecar": ping_of(ping)}, timeout_s=_PING_S)
        self._limit_s = limit_s
        self._clock = clock
        self._gone_since: float | None = None

    async def check(self) -> Check:
        """Look now; the time that the stream is gone is measured from probe to probe."""
        if self._stream.connected:
            self._gone_since = None
            return Check(ok=True, detail="ok")
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


def readiness(*, stream: Stream, ping: PingEngine, gate: Gate) -> Pings:
    """The named pings of this worker.

    The stream alone is not enough: one to a frozen sidecar looks open, so there is a round trip beside it.
    """

    async def work_stream() -> str | None:
        if not stream.connected:
            raise NotReadyError("not connected")
        return "connected"

    async def draining() -> str | None:
        if gate.draining:
            raise NotReadyError("shutting down")
        return "no"

    return Pings({"work_stream": work_stream, "engine": ping_of(ping), "draining": draining}, timeout_s=_PING_S)


def probe_app(*, liveness: Liveness, ready: Pings, registry: CollectorRegistry) -> web.Application:
    """The application.

    Args:
        liveness: Whether a restart would help.
        ready: What has to be in order for work to be taken.
        registry: What Prometheus reads.
    """

    async def livez(_: web.Request) -> web.Response:
        check = await liveness.check()
        return _json(check.model_dump_json(), 200 if check.ok else 503)

    async def readyz(_: web.Request) -> web.Response:
        found = await ready.check()
        return _json(found.model_dump_json(), found.http_status)

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=exposition(registry), headers={"Content-Type": CONTENT_TYPE})

    app = web.Application()
    app.add_routes([web.get("/livez", livez), web.get("/readyz", readyz), web.get("/metrics", metrics)])
    return app


def _json(text: str, status: int) -> web.Response:
    return web.Response(text=text, status=status, content_type="application/json")
