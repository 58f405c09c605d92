"""The control API: how the HTTP gateway reaches this worker's engine. It listens on loopback, behind the sidecar."""

from collections.abc import Sequence
from typing import Any, Final

from aiohttp import web

from durably.engine.registry import Registry
from durably.telemetry.metrics import HttpMetrics
from worker.control.gate import Gate
from worker.control.handlers import Engine, Handlers
from worker.control.problems import problem_middleware

_MAX_BODY: Final = 512 * 1024
"""The gateway's own limit is far below; this one keeps a stranger from filling the memory."""


def control_app(
    registry: Registry,
    *,
    engine: Engine,
    gate: Gate,
    metrics: HttpMetrics,
    budget_s: float = 3.5,
    outermost: Sequence[Any] = (),
) -> web.Application:
    """The application.

    Args:
        registry: What may be started.
        engine: The client of the workflow engine.
        gate: Whether starts are taken, and when waits have to end.
        metrics: Told of each request.
        budget_s: Seconds within which the engine has to have answered, however many calls an answer takes.
        outermost: Middlewares around all others, such as a span for each request.
    """
    handlers = Handlers(registry, engine=engine, gate=gate, budget_s=budget_s)
    app = web.Application(middlewares=[*outermost, problem_middleware(metrics)], client_max_size=_MAX_BODY)
    # Without the pattern a segment cannot contain braces.
    app.router.add_get("/control/workflows", handlers.workflows)
    app.router.add_post("/control/workflows/{name:[^/]+}/instances/{instance_id:[^/]+}", handlers.start)
    app.router.add_get("/control/instances/{instance_id:[^/]+}", handlers.instance)
    app.router.add_get("/control/instances/{instance_id:[^/]+}/history", handlers.history)
    return app
