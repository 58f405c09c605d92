"""The composition root: the only place that constructs the worker's parts."""

from collections.abc import Sequence
from dataclasses import replace

from prometheus_client import CollectorRegistry

from durably.authoring import Environment, Notifier
from durably.authoring.package import Declare
from durably.contracts.observations import HostObserver
from durably.engine.client import EngineClient
from durably.engine.host import WorkflowHost
from durably.engine.registry import Registry
from durably.telemetry.metrics import HttpMetrics, WorkflowMetrics, new_registry
from durably.telemetry.tracing import configure
from worker.adapters.notifier import DaprNotifier
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar
from worker.adapters.sidecar_http import SidecarHttp
from worker.control.gate import Gate
from worker.diagnosis.insight import insight
from worker.journal.observing import JournalObserver
from worker.listeners import control_server, probe_server
from worker.loading import Loaded, load
from worker.overview import Overview, overview
from worker.process import Worker
from worker.settings import WorkerSettings
from worker.shutdown import Shutdown
from worker.tracing import Spans, spans_of
from worker.watchdog import Watchdog


async def bootstrap(
    settings: WorkerSettings,
    *,
    packages: Sequence[Declare] | None = None,
    notifier: Notifier | None = None,
    metrics: CollectorRegistry | None = None,
) -> Worker:
    """A worker with its parts, not started.

    Args:
        settings: What it was told.
        packages: What it runs; by default what is installed and chosen by the settings.
        notifier: How people are told; by default the Dapr output binding.
        metrics: Where metrics are registered; by default a registry of its own.

    Raises:
        SystemExit: With code 2, after one line, if a package or its settings are wrong; all is closed then.
    """
    spans = spans_of(configure(endpoint=settings.otlp_endpoint, service="durably-worker"))
    sidecar, engine = _clients(settings, spans)
    environment = Environment(
        state=Records(sidecar, store=settings.state_store),
        notifier=notifier or DaprNotifier(sidecar, binding=settings.notification_binding),
    )
    connections = (environment.aclose, sidecar.aclose, engine.aclose, spans.aclose)
    try:
        loaded = load(settings, environment, packages)
    except BaseException:
        for close in connections:
            await close()
        raise
    collectors = metrics or new_registry()
    worker = _worker(settings, loaded, sidecar=sidecar, engine=engine, spans=spans, collectors=collectors)
    return replace(worker, connections=(*worker.connections, *connections))


def _worker(
    settings: WorkerSettings,
    loaded: Loaded,
    *,
    sidecar: Sidecar,
    engine: EngineClient,
    spans: Spans,
    collectors: CollectorRegistry,
) -> Worker:
    registry, workflow_metrics, http = loaded.registry, WorkflowMetrics(collectors), HttpMetrics(collectors)
    known = overview(settings, registry, engine=engine, sidecar=sidecar, metrics=workflow_metrics)
    observer = spans.observer(workflow_metrics)
    host = _host(settings, registry, observer=observer, engine=engine, known=known)
    gate = Gate(connected=lambda: host.stream.connected)
    watchdog = _watchdog(settings, host=host, metrics=workflow_metrics)
    told = insight(settings, host=host, known=known, engine=engine, sidecar=sidecar, gate=gate, watchdog=watchdog)
    return Worker(
        settings=settings,
        host=host,
        control=control_server(settings, registry, engine=engine, insight=told, gate=gate, metrics=http, spans=spans),
        probes=probe_server(settings, host=host, engine=engine, gate=gate, watchdog=watchdog, collectors=collectors),
        shutdown=Shutdown(gate=gate, observer=observer),
        background=(
            *told.background,
            *loaded.background,
            *(part.run for part in (known.census, known.rebuild, known.retention, watchdog) if part),
        ),
        connections=(told.aclose, *((watchdog.aclose,) if watchdog else ())),
    )


def _clients(settings: WorkerSettings, spans: Spans) -> tuple[Sidecar, EngineClient]:
    host, port, token = settings.sidecar_grpc_host, settings.sidecar_grpc_port, settings.token
    sidecar = Sidecar(host=host, port=port, token=token, interceptors=spans.interceptors)
    timeout_s = settings.engine_timeout_s
    return sidecar, EngineClient(
        host=host, port=port, token=token, call_timeout_s=timeout_s, interceptors=spans.interceptors
    )


def _host(
    settings: WorkerSettings,
    registry: Registry,
    *,
    observer: HostObserver,
    engine: EngineClient,
    known: Overview,
) -> WorkflowHost:
    return WorkflowHost(
        registry=registry,
        host=settings.sidecar_grpc_host,
        port=settings.sidecar_grpc_port,
        observer=JournalObserver(observer, known.journal),
        token=settings.token,
        name_of=engine.name_of,
        max_activities=settings.max_activities,
        on_turn=known.index.note,
    )


def _watchdog(settings: WorkerSettings, *, host: WorkflowHost, metrics: WorkflowMetrics) -> Watchdog | None:
    """None where the sidecar has no HTTP port, as the embedded engine has none."""
    if settings.sidecar_http_port is None:
        return None
    return Watchdog(
        stream=host.stream,
        sidecar=SidecarHttp(host=settings.sidecar_grpc_host, port=settings.sidecar_http_port, token=settings.token),
        after_s=settings.sidecar_locked_after_s,
        restart=settings.sidecar_restart,
        on_restart=metrics.sidecar_restarts().inc,
    )
