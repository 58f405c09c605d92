"""The control API: how the HTTP gateway reaches this worker's engine. It listens on loopback, behind the sidecar."""

from collections.abc import Sequence
from typing import Any, Final

from aiohttp import web

from durably.telemetry.metrics import HttpMetrics
from worker.control.desk import Desk
from worker.control.diagnosing import Diagnosing
from worker.control.listing import Listing
from worker.control.managing import Managing
from worker.control.problems import problem_middleware
from worker.control.reindexing import Reindexing
from worker.control.replaying import Replaying
from worker.control.rerunning import Rerunning
from worker.control.showing import Showing
from worker.control.starting import Starting
from worker.index.rebuild import Rebuild

_MAX_BODY: Final = 512 * 1024
"""The gateway's own limit is far below; this one keeps a stranger from filling the memory."""

_ONE: Final = "/control/instances/{instance_id:[^/]+}"
"""Without the pattern a segment cannot contain braces."""


def control_app(
    desk: Desk,
    *,
    rebuild: Rebuild | None = None,
    diagnosing: Diagnosing | None = None,
    metrics: HttpMetrics,
    outermost: Sequence[Any] = (),
) -> web.Application:
    """The application.

    Args:
        desk: What its handlers work with.
        rebuild: What compares the index with the engine.
        diagnosing: What says why an instance is where it is.
        metrics: Told of each request.
        outermost: Middlewares around all others, such as a span for each request.
    """
    app = web.Application(middlewares=[*outermost, problem_middleware(metrics)], client_max_size=_MAX_BODY)
    app.router.add_routes(_routes(desk))
    if rebuild is not None:
        reindexing = Reindexing(rebuild)
        app.router.add_get("/control/index", reindexing.state)
        app.router.add_post("/control/index/rebuild", reindexing.rebuild)
    if diagnosing is not None:
        app.router.add_get(f"{_ONE}/why", diagnosing.why)
        app.router.add_get("/control/workers", diagnosing.workers)
    return app


def _routes(desk: Desk) -> Sequence[web.RouteDef]:
    """Every route, the first that fits first."""
    showing, listing, managing = Showing(desk), Listing(desk), Managing(desk)
    starting, rerunning, replaying = Starting(desk, showing), Rerunning(desk), Replaying(desk)
    return (
        web.get("/control/workflows", starting.workflows),
        web.post("/control/workflows/{name:[^/]+}/instances/{instance_id:[^/]+}", starting.start),
        web.get("/control/approvals", listing.approvals),
        web.get("/control/instances", listing.instances),
        web.get("/control/instances/counts", listing.counts),
        web.get(_ONE, showing.instance),
        web.delete(_ONE, managing.purge),
        web.get(f"{_ONE}/history", showing.history),
        web.get(f"{_ONE}/recording", showing.recording),
        web.get(f"{_ONE}/replay", replaying.replay),
        web.post(f"{_ONE}/events/{{name:[^/]+}}", managing.event),
        web.post(f"{_ONE}/pause", managing.pause),
        web.post(f"{_ONE}/resume", managing.resume),
        web.post(f"{_ONE}/terminate", managing.terminate),
        web.post(f"{_ONE}/rerun", rerunning.rerun),
    )
