"""The composition root: the only place that constructs the worker's parts."""

import sys

from prometheus_client import CollectorRegistry

from durably.engine.client import EngineClient
from durably.engine.host import WorkflowHost
from durably.engine.registry import ActivityDefinition, Registry, WorkflowDefinition
from durably.telemetry.metrics import HttpMetrics, WorkflowMetrics, new_registry
from durably.telemetry.observer import TelemetryObserver
from durably.telemetry.tracing import configure
from worker.activities import activities
from worker.activities.ports import AssignmentStore, Inventory, Notifier, PaymentGateway
from worker.adapters.assignments import DaprAssignmentStore
from worker.adapters.interviews import DaprInterviewCalendar
from worker.adapters.inventory import DaprInventory
from worker.adapters.notifier import DaprNotifier
from worker.adapters.payments import HttpPaymentGateway, NoGateway
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar
from worker.adapters.sidecar_http import SidecarHttp
from worker.census import Census
from worker.control.gate import Gate
from worker.faults import delayed
from worker.listeners import control_server, probe_server
from worker.process import Worker
from worker.settings import WorkerSettings
from worker.shutdown import Shutdown
from worker.stocking import Stocking
from worker.tracing import Spans, spans_of
from worker.watchdog import Watchdog
from worker.workflows import WORKFLOWS


def bootstrap(
    settings: WorkerSettings,
    *,
    workflows: tuple[WorkflowDefinition, ...] = WORKFLOWS,
    assignments: AssignmentStore | None = None,
    notifier: Notifier | None = None,
    metrics: CollectorRegistry | None = None,
) -> Worker:
    """A worker with its parts, not started; needs a running event loop.

    Args:
        settings: What it was told.
        workflows: What it can run.
        assignments: Where assignments are kept; by default the Dapr state store.
        notifier: How people are told; by default the Dapr output binding.
        metrics: Where metrics are registered; by default a registry of its own.
    """
    collectors = metrics or new_registry()
    workflow_metrics = WorkflowMetrics(collectors)
    spans = spans_of(configure(endpoint=settings.otlp_endpoint, service="durably-worker"))
    sidecar, engine = _clients(settings, spans)
    inventory, gateway = DaprInventory(Records(sidecar, store=settings.state_store)), _gateway(settings)
    table = _activities(settings, sidecar, assignments, notifier, inventory, gateway)
    registry = Registry(workflows=workflows, activities=table)
    census = _census(settings, registry, engine=engine, metrics=workflow_metrics)
    observer = spans.observer(workflow_metrics, on_ended=census.note)
    host = _host(settings, registry, observer=observer, engine=engine)
    gate = Gate(connected=lambda: host.stream.connected)
    watchdog = _watchdog(settings, host=host, metrics=workflow_metrics)
    http = HttpMetrics(collectors)
    return Worker(
        settings=settings,
        host=host,
        control=control_server(settings, registry, engine=engine, gate=gate, metrics=http, spans=spans),
        probes=probe_server(settings, host=host, engine=engine, gate=gate, watchdog=watchdog, collectors=collectors),
        shutdown=Shutdown(gate=gate, observer=observer),
        background=tuple(part.run for part in (Stocking(inventory, settings.stock), census, watchdog) if part),
        connections=tuple(part.aclose for part in (watchdog, gateway, sidecar, engine, spans) if part),
    )


def _clients(settings: WorkerSettings, spans: Spans) -> tuple[Sidecar, EngineClient]:
    host, port, token = settings.sidecar_grpc_host, settings.sidecar_grpc_port, settings.token
    sidecar = Sidecar(host=host, port=port, token=token, interceptors=spans.interceptors)
    timeout_s = settings.engine_timeout_s
    return sidecar, EngineClient(
        host=host, port=port, token=token, call_timeout_s=timeout_s, interceptors=spans.interceptors
    )


def _census(settings: WorkerSettings, registry: Registry, *, engine: EngineClient, metrics: WorkflowMetrics) -> Census:
    names = frozenset(w.name for w in registry.workflows)
    metrics.declare(workflows=names, activities=[a.name for a in registry.activities])
    every_s, stuck_s = settings.census_interval_s, settings.stuck_after_s
    return Census(engine, metrics=metrics, workflows=names, interval_s=every_s, stuck_after_s=stuck_s)


def _host(
    settings: WorkerSettings, registry: Registry, *, observer: TelemetryObserver, engine: EngineClient
) -> WorkflowHost:
    return WorkflowHost(
        registry=registry,
        host=settings.sidecar_grpc_host,
        port=settings.sidecar_grpc_port,
        observer=observer,
        name_of=engine.name_of,
        max_activities=settings.max_activities,
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


def _gateway(settings: WorkerSettings) -> HttpPaymentGateway | NoGateway:
    if settings.payment_url is None:
        return NoGateway()
    return HttpPaymentGateway(url=str(settings.payment_url), timeout_s=settings.payment_timeout_s)


def _activities(
    settings: WorkerSettings,
    sidecar: Sidecar,
    assignments: AssignmentStore | None,
    notifier: Notifier | None,
    inventory: Inventory,
    payments: PaymentGateway,
) -> tuple[ActivityDefinition, ...]:
    table = activities(
        assignments=assignments or DaprAssignmentStore(sidecar, store=settings.state_store),
        notifier=notifier or DaprNotifier(sidecar, binding=settings.notification_binding),
        inventory=inventory,
        payments=payments,
        calendar=DaprInterviewCalendar(sidecar, store=settings.state_store),
        policies=settings.policies,
    )
    try:
        return delayed(table, settings.activity_delay_s)
    except ValueError as error:
        sys.stderr.write(f"DURABLY_WORKER_ACTIVITY_DELAY_S: {error}\n")
        raise SystemExit(2) from error
