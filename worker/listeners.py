"""What a worker listens with: the control API on loopback, the probes where the platform reaches them."""

from typing import Final

from prometheus_client import CollectorRegistry

from durably.engine.client import EngineClient
from durably.engine.host import WorkflowHost
from durably.engine.registry import Registry
from durably.telemetry.metrics import HttpMetrics
from worker.control.app import control_app
from worker.control.desk import Desk
from worker.control.diagnosing import Diagnosing
from worker.control.gate import Gate
from worker.diagnosis.insight import Insight
from worker.liveness import Liveness
from worker.probes import probe_app, readiness
from worker.server import HttpServer
from worker.settings import WorkerSettings
from worker.tracing import Spans
from worker.watchdog import Watchdog

_LOOPBACK: Final = "127.0.0.1"
"""The control API has no other protection than that only this pod, and so its sidecar, can reach it."""

_BETWEEN_CALLS_S: Final = 0.5
"""What an answer that takes several engine calls gets on top of the deadline of one."""


def control_server(
    settings: WorkerSettings,
    registry: Registry,
    *,
    engine: EngineClient,
    insight: Insight,
    gate: Gate,
    metrics: HttpMetrics,
    spans: Spans,
) -> HttpServer:
    """The control API, behind the sidecar."""
    budget_s = settings.engine_timeout_s + _BETWEEN_CALLS_S
    known = insight.known
    desk = Desk(
        registry=registry, engine=engine, index=known.index, gate=gate, journal=known.journal, budget_s=budget_s
    )
    diagnosing = Diagnosing(insight.diagnoser, insight.heartbeats)
    app = control_app(desk, rebuild=known.rebuild, diagnosing=diagnosing, metrics=metrics, outermost=spans.middlewares)
    return HttpServer(app, host=_LOOPBACK, port=settings.control_port, variable="DURABLY_WORKER_CONTROL_PORT")


def probe_server(
    settings: WorkerSettings,
    *,
    host: WorkflowHost,
    engine: EngineClient,
    gate: Gate,
    watchdog: Watchdog | None,
    collectors: CollectorRegistry,
) -> HttpServer:
    """The probes and the metrics, for the platform."""
    limit_s, address = settings.liveness_stream_s, f"{settings.sidecar_grpc_host}:{settings.sidecar_grpc_port}"
    app = probe_app(
        liveness=Liveness(stream=host.stream, ping=engine.ping, limit_s=limit_s, watchdog=watchdog),
        ready=readiness(stream=host.stream, ping=engine.ping, gate=gate, address=address, watchdog=watchdog),
        registry=collectors,
    )
    return HttpServer(app, host=settings.probe_host, port=settings.probe_port, variable="DURABLY_WORKER_PROBE_PORT")
