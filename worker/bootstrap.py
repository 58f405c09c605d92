"""The composition root: the only place that constructs the worker's parts."""

import asyncio
import sys
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, TypedDict

import structlog
from prometheus_client import CollectorRegistry

from durably.engine.client import EngineClient
from durably.engine.host import WorkflowHost
from durably.engine.registry import ActivityDefinition, Registry, WorkflowDefinition
from durably.telemetry.metrics import HttpMetrics, WorkflowMetrics, new_registry
from durably.telemetry.observer import TelemetryObserver
from worker.activities import activities
from worker.activities.ports import AssignmentStore, Notifier
from worker.adapters.assignments import DaprAssignmentStore
from worker.adapters.notifier import DaprNotifier
from worker.adapters.sidecar import Sidecar
from worker.census import Census
from worker.control.app import control_app
from worker.control.gate import Gate
from worker.faults import delayed
from worker.probes import Liveness, probe_app, readiness
from worker.server import HttpServer
from worker.settings import WorkerSettings
from worker.shutdown import Shutdown
from worker.workflows import WORKFLOWS

_LOOPBACK: Final = "127.0.0.1"
"""The control API has no other protection than that only this pod, and so its sidecar, can reach it."""

_BETWEEN_CALLS_S: Final = 0.5
"""What an answer that takes several engine calls gets on top of the deadline of one."""


class _Address(TypedDict):
    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A worker, put together."""

    settings: WorkerSettings
    host: WorkflowHost
    engine: EngineClient
    sidecar: Sidecar
    census: Census
    control: HttpServer
    probes: HttpServer
    shutdown: Shutdown

    async def run(self) -> None:
        """Serve until a signal comes, then finish what runs and close."""
        self.shutdown.install()
        await self.probes.start()
        await self.control.start()
        self.host.start()
        counting = asyncio.create_task(self.census.run())
        log = structlog.get_logger()
        log.info("worker_started", control_port=self.settings.control_port, probe_port=self.settings.probe_port)
        await self.shutdown.wait()
        await self.shutdown.drain(self.host, grace_s=self.settings.shutdown_grace_s)
        counting.cancel()
        with suppress(asyncio.CancelledError):
            await counting
        for closing in (self.control.stop, self.sidecar.aclose, self.engine.aclose, self.probes.stop):
            await closing()
        self.shutdown.leave()


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
    address: _Address = {"host": settings.sidecar_grpc_host, "port": settings.sidecar_grpc_port}
    sidecar = Sidecar(**address, token=settings.token)
    engine = EngineClient(**address, token=settings.token, call_timeout_s=settings.engine_timeout_s)
    registry = Registry(workflows=workflows, activities=_activities(settings, sidecar, assignments, notifier))
    names = frozenset(w.name for w in workflows)
    census = Census(engine, metrics=workflow_metrics, workflows=names, interval_s=settings.census_interval_s)
    observer = TelemetryObserver(workflow_metrics, on_ended=census.note)
    limit, name_of = settings.max_activities, engine.name_of
    host = WorkflowHost(registry=registry, **address, observer=observer, name_of=name_of, max_activities=limit)
    gate = Gate(connected=lambda: host.stream.connected)
    return Worker(
        settings=settings,
        host=host,
        engine=engine,
        sidecar=sidecar,
        census=census,
        control=_control(settings, registry, engine=engine, gate=gate, metrics=HttpMetrics(collectors)),
        probes=_probes(settings, host=host, engine=engine, gate=gate, collectors=collectors),
        shutdown=Shutdown(gate=gate, observer=observer),
    )


def _activities(
    settings: WorkerSettings, sidecar: Sidecar, assignments: AssignmentStore | None, notifier: Notifier | None
) -> tuple[ActivityDefinition, ...]:
    table = activities(
        assignments=assignments or DaprAssignmentStore(sidecar, store=settings.state_store),
        notifier=notifier or DaprNotifier(sidecar, binding=settings.notification_binding),
    )
    try:
        return delayed(table, settings.activity_delay_s)
    except ValueError as error:
        sys.stderr.write(f"DURABLY_WORKER_ACTIVITY_DELAY_S: {error}\n")
        raise SystemExit(2) from error


def _control(
    settings: WorkerSettings, registry: Registry, *, engine: EngineClient, gate: Gate, metrics: HttpMetrics
) -> HttpServer:
    budget_s = settings.engine_timeout_s + _BETWEEN_CALLS_S
    app = control_app(registry, engine=engine, gate=gate, metrics=metrics, budget_s=budget_s)
    return HttpServer(app, host=_LOOPBACK, port=settings.control_port, variable="DURABLY_WORKER_CONTROL_PORT")


def _probes(
    settings: WorkerSettings, *, host: WorkflowHost, engine: EngineClient, gate: Gate, collectors: CollectorRegistry
) -> HttpServer:
    app = probe_app(
        liveness=Liveness(stream=host.stream, ping=engine.ping, limit_s=settings.liveness_stream_s),
        ready=readiness(stream=host.stream, ping=engine.ping, gate=gate),
        registry=collectors,
    )
    return HttpServer(app, host=settings.probe_host, port=settings.probe_port, variable="DURABLY_WORKER_PROBE_PORT")
