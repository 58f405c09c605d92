"""What Prometheus reads. Every label takes its values from a closed set: registered names, statuses, routes."""

from typing import Any, Final

from prometheus_client import (
    CollectorRegistry,
    Counter,
    GCCollector,
    Gauge,
    Histogram,
    PlatformCollector,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

CONTENT_TYPE: Final[str] = CONTENT_TYPE_LATEST
"""The content type of `exposition`."""

_HTTP_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)
_ACTIVITY_SECONDS: Final = (0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900)
_WORKFLOW_SECONDS: Final = (0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400, 259_200)
"""From the fastest run on one machine to a wait of three days for a person."""

_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


def new_registry() -> CollectorRegistry:
    """A registry with the metrics of the process itself: memory, CPU, open files, garbage collection."""
    disable_created_metrics()  # one series a counter that says only when the process started
    registry = CollectorRegistry()
    ProcessCollector(registry=registry)
    PlatformCollector(registry=registry)
    GCCollector(registry=registry)
    return registry


def exposition(registry: CollectorRegistry) -> bytes:
    """Everything in a registry, in Prometheus' text format."""
    return generate_latest(registry)


class _Children:
    """The children of a labelled metric; the library's own look-up takes a lock and builds a key on every call."""

    __slots__ = ("_known", "_metric")

    def __init__(self, metric: Any) -> None:
        self._metric = metric
        self._known: dict[tuple[str, ...], Any] = {}

    def __call__(self, *labels: str) -> Any:
        child = self._known.get(labels)
        if child is None:
            child = self._known[labels] = self._metric.labels(*labels)
        return child


class WorkflowMetrics:
    """Workflows and activities, as one worker sees them.

    Args:
        registry: Where they are registered.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        def counter(name: str, text: str, *labels: str) -> _Children:
            return _Children(Counter(name, text, labels, registry=registry))

        def gauge(name: str, text: str, *labels: str) -> _Children:
            return _Children(Gauge(name, text, labels, registry=registry))

        def histogram(name: str, text: str, buckets: tuple[float, ...], *labels: str) -> _Children:
            return _Children(Histogram(name, text, labels, buckets=buckets, registry=registry))

        self.workflows_started = counter("durably_workflows_started_total", "Workflows begun here.", "workflow")
        self.workflows_finished = counter(
            "durably_workflows_finished_total", "Workflows that returned or raised here.", "workflow", "status"
        )
        self.workflow_duration = histogram(
            "durably_workflow_duration_seconds",
            "From a workflow's start to its end.",
            _WORKFLOW_SECONDS,
            "workflow",
            "status",
        )
        self.activity_attempts = counter(
            "durably_activity_attempts_total", "Attempts of activities that ended.", "activity", "outcome"
        )
        self.activity_duration = histogram(
            "durably_activity_duration_seconds", "How long an attempt took.", _ACTIVITY_SECONDS, "activity", "outcome"
        )
        self.activities_in_flight = gauge("durably_activities_in_flight", "Attempts that run now.", "activity")
        self.workflow_replays = counter("durably_workflow_replays_total", "Turns after the first.", "workflow")
        self.instances = gauge("durably_instances", "Instances in the store, as last counted.", "workflow", "status")
        self.stream_connected = Gauge(
            "durably_work_stream_connected", "1 while the engine can give us work.", registry=registry
        )
        self.stream_losses = Counter(
            "durably_work_stream_losses_total", "How often the work stream was lost.", registry=registry
        )


class HttpMetrics:
    """HTTP requests by route.

    Args:
        registry: Where they are registered.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._requests = _Children(
            Counter(
                "durably_http_requests_total", "Requests answered.", ["method", "route", "status"], registry=registry
            )
        )
        self._seconds = _Children(
            Histogram(
                "durably_http_request_duration_seconds",
                "From the request's first byte to the answer's.",
                ["method", "route"],
                buckets=_HTTP_SECONDS,
                registry=registry,
            )
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
