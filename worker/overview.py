from dataclasses import dataclass
from typing import Final

from durably.engine.client import EngineClient
from durably.engine.registry import Registry
from durably.telemetry.metrics import WorkflowMetrics
from worker.adapters.documents import Documents
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar
from worker.adapters.versions import Versions
from worker.census import Census
from worker.index.index import InstanceIndex
from worker.index.rebuild import Rebuild
from worker.journal.journal import Journal
from worker.journal.observing import worker_name
from worker.retention import Retention
from worker.settings import WorkerSettings

_SPARE_S: Final = 30 * 86_400.0
"""What a purge has missed of the journal goes so long after its time; it may not go as long as the instance runs."""


@dataclass(frozen=True, slots=True)
class Overview:
    """What a worker knows of all instances, wherever they run.

    Attributes:
        index: Lists, counts and approvals.
        census: Compares the index with the engine.
        rebuild: Does the same when asked.
        retention: Purges what ended long ago.
        journal: Who ran which activity.
        metrics: Where numbers go.
    """

    index: InstanceIndex
    census: Census
    rebuild: Rebuild
    retention: Retention
    journal: Journal
    metrics: WorkflowMetrics


def overview(
    settings: WorkerSettings,
    registry: Registry,
    *,
    engine: EngineClient,
    sidecar: Sidecar,
    metrics: WorkflowMetrics,
) -> Overview:
    """The parts, put together."""
    names = frozenset(w.name for w in registry.workflows)
    metrics.declare(workflows=names, activities=[a.name for a in registry.activities])
    journal = Journal(_runs(settings, sidecar), worker=worker_name())
    documents, records = Documents(sidecar, store=settings.state_store), Records(sidecar, store=settings.state_store)
    index = InstanceIndex(documents, records, on_gone=journal.forget)
    census = Census(
        engine,
        index=index,
        metrics=metrics,
        workflows=names,
        interval_s=settings.census_interval_s,
        stuck_after_s=settings.stuck_after_s,
    )
    keep_s, look_s = settings.retention_s, settings.retention_interval_s
    purged = metrics.instances_purged()
    retention = Retention(engine, index=index, keep_s=keep_s, interval_s=look_s, on_purged=purged.inc)
    rebuild = Rebuild(index, lambda: census.count(everything=True))
    return Overview(index, census, rebuild, retention, journal, metrics)


def _runs(settings: WorkerSettings, sidecar: Sidecar) -> Versions:
    keep_s = settings.retention_s + _SPARE_S if settings.retention_s else 0
    return Versions(sidecar, store=settings.state_store, keep_s=keep_s)
