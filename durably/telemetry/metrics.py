"""What Prometheus reads. Every label takes its values from a closed set: registered names, statuses, routes."""

from collections.abc import Iterable
from typing import Final

from prometheus_client import (
    CollectorRegistry,
    GCCollector,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from durably.contracts.instances import InstanceStatus
from durably.telemetry.families import Maker
from durably.telemetry.holds import HoldMetrics

CONTENT_TYPE: Final[str] = CONTENT_TYPE_LATEST
"""The content type of `exposition`."""

UNKNOWN_WORKFLOW: Final = "other"
"""The label of workflows that are not registered here: anybody can start an instance of any name."""

_HTTP_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_ACTIVITY_SECONDS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)
_WORKFLOW_SECONDS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400, 259_200)
"""From the fastest run on one machine to a wait of three days for a person."""

ACTIVITY_OUTCOMES: Final = ("completed", "failed", "cancelled")
"""How an attempt can end; see `durably.telemetry.observer`."""

_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def new_registry() -> CollectorRegistry:
    """A registry with the metrics of the process itself: memory, CPU, open files, garbage collection."""
    disable_created_metrics()  # type: ignore[no-untyped-call] # one series a counter that says only when the process started
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


def exposition(registry: CollectorRegistry) -> bytes:
    """Everything in a registry, in Prometheus' text format."""
    return generate_latest(registry)


class WorkflowMetrics:
    """Workflows and activities, as one worker sees them.

    Args:
        registry: Where they are registered.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        make = Maker(registry)
        by_workflow, by_activity = ("workflow", "status"), ("activity", "outcome")
        self.workflows_started = make.counter("workflows_started_total", "Workflows begun here.", "workflow")
        self.workflows_finished = make.counter("workflows_finished_total", "Workflows ended here.", *by_workflow)
        self.workflow_duration = make.histogram(
            "workflow_duration_seconds", "From start to end.", *by_workflow, buckets=_WORKFLOW_SECONDS
        )
        self.workflow_replays = make.counter("workflow_replays_total", "Turns after the first.", "workflow")
        self.activity_attempts = make.counter("activity_attempts_total", "Attempts that ended.", *by_activity)
        self.activity_duration = make.histogram(
            "activity_duration_seconds", "How long an attempt took.", *by_activity, buckets=_ACTIVITY_SECONDS
        )
        self.activities_in_flight = make.gauge("activities_in_flight", "Attempts that run now.", "activity")
        self.instances = make.gauge("instances", "Instances in the store, as last counted.", *by_workflow)
        self.instances_stuck = make.gauge("instances_stuck", "Instances without news for long, as counted.", "workflow")
        self.instance_idle = make.gauge(
            "instance_idle_seconds", "How long nothing has happened in the instance that waits longest.", "workflow"
        )
        self.instances_by_verdict = make.gauge(
            "instances_by_verdict", "Instances by diagnosis; each worker has its share.", "workflow", "verdict"
        )
        self.instances_purged = make.counter("instances_purged_total", "Ended instances that were purged here.")
        self.store_reachable = make.gauge("store_reachable", "0 while instances cannot be counted.")
        self.store_reachable().set(1)
        self.stream_connected = make.gauge("work_stream_connected", "1 while the engine can give us work.")
        self.sidecar_restarts = make.counter("sidecar_restarts_total", "Restarts asked of a locked-up sidecar.")
        self.holds = HoldMetrics(make, other=UNKNOWN_WORKFLOW)
        self.stream_losses = make.counter("work_stream_losses_total", "How often the work stream was lost.")

    def declare(self, *, workflows: Iterable[str], activities: Iterable[str]) -> None:
        """Begin with zeros. A counter that appears as 1 has not grown, so Prometheus would miss the first failure.

        Args:
            workflows: The registered names.
            activities: The registered names.
        """
        names = tuple(workflows)
        self.holds.declare(names)
        for workflow in (*names, UNKNOWN_WORKFLOW):
            self.workflows_started(workflow)
            self.workflow_replays(workflow)
            for status in (InstanceStatus.COMPLETED, InstanceStatus.FAILED):
                self.workflows_finished(workflow, status.value)
        for activity in activities:
            self.activities_in_flight(activity)
            for outcome in ACTIVITY_OUTCOMES:
                self.activity_attempts(activity, outcome)


class HttpMetrics:
    """HTTP requests by route.

    Args:
        registry: Where they are registered.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        make = Maker(registry)
        self._requests = make.counter("http_requests_total", "Requests answered.", "method", "route", "status")
        self._seconds = make.histogram(
            "http_request_duration_seconds", "How long an answer took.", "method", "route", buckets=_HTTP_SECONDS
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request.

        Args:
            method: The HTTP method; one that is not in the standard counts as `other`.
            route: The route's template, never the path: `/instances/{id}`.
            status: The answer's status.
            seconds: How long it took.
        """
        known = method if method in _METHODS else "other"
        self._requests(known, route, str(status)).inc()
        self._seconds(known, route).observe(seconds)
