"""What the platform asks: /livez, /readyz, /metrics, on a port of their own."""

from typing import Final

from aiohttp import web
from prometheus_client import CollectorRegistry

from durably.contracts.errors import EngineUnavailableError
from durably.telemetry.metrics import CONTENT_TYPE, exposition
from durably.telemetry.probes import SIDECAR_MISSING, NotReadyError, Pings
from worker.control.gate import Gate
from worker.liveness import LOCKED, PING_S, Liveness, PingEngine, Stream, Watchdog

_UNLOCK: Final = "restart the sidecar, see docs/durability.md#a-sidecar-that-has-locked-itself-up"


def readiness(*, stream: Stream, ping: PingEngine, gate: Gate, address: str, watchdog: Watchdog | None = None) -> Pings:
    """The named pings of this worker.

    The stream alone is not enough: one to a frozen sidecar looks open, so there is a round trip beside it.

    Args:
        stream: The work stream.
        ping: One round trip to the engine; raises when it does not answer.
        gate: Whether this process is on its way out.
        address: Where the sidecar should be, for whoever has to find out why it is not.
        watchdog: Knows whether the sidecar has locked itself up; None where there is nothing to watch.
    """

    async def engine() -> None:
        try:
            await ping()
        except EngineUnavailableError as error:
            said = f"no sidecar, or other engine, answers on {address} ({error.detail})"
            raise NotReadyError(f"{said}; {SIDECAR_MISSING}") from error

    async def work_stream() -> str | None:
        if not stream.connected:
            raise NotReadyError("not connected")
        return "connected"

    async def sidecar() -> str:
        if watchdog is not None and watchdog.locked:
            raise NotReadyError(f"{LOCKED}; {_UNLOCK}")
        return "ok" if watchdog is not None else "not watched"

    async def draining() -> str | None:
        if gate.draining:
            raise NotReadyError("shutting down")
        return "no"

    pings = {"work_stream": work_stream, "engine": engine, "sidecar": sidecar, "draining": draining}
    return Pings(pings, timeout_s=PING_S)


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
