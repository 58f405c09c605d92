from dataclasses import dataclass

from durably.authoring.ports import StateStore
from durably.engine.client import EngineClient
from durably.engine.registry import Registry
from durably.telemetry.metrics import WorkflowMetrics
from worker.census import Census
from worker.index.index import InstanceIndex
from worker.index.ports import Documents
from worker.index.rebuild import Rebuild
from worker.retention import Retention
from worker.settings import WorkerSettings


@dataclass(frozen=True, slots=True)
class Overview:
    """What a worker knows of all instances, wherever they run.

    Attributes:
        index: Lists, counts and approvals.
        census: Compares the index with the engine.
        rebuild: Does the same when asked.
        retention: Purges what ended long ago.
    """

    index: InstanceIndex
    census: Census
    rebuild: Rebuild
    retention: Retention


def overview(
    settings: WorkerSettings,
    registry: Registry,
    *,
    engine: EngineClient,
    documents: Documents,
    records: StateStore,
    metrics: WorkflowMetrics,
) -> Overview:
    """The parts, put together."""
    names = frozenset(w.name for w in registry.workflows)
    metrics.declare(workflows=names, activities=[a.name for a in registry.activities])
    index = InstanceIndex(documents, records)
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
    return Overview(index, census, Rebuild(index, lambda: census.count(everything=True)), retention)
