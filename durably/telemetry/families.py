"""Metrics by name, and their children by label values."""

from typing import Any

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram


class Children:
    """The children of a metric; the library's own look-up takes a lock and builds a key on every call.

    Args:
        metric: The metric, with labels or without.
    """

    __slots__ = ("_known", "_metric")

    def __init__(self, metric: Any) -> None:
        self._metric = metric
        self._known: dict[tuple[str, ...], Any] = {}

    def __call__(self, *labels: str) -> Any:
        """The child with these label values; it is there, with a zero, from the first call on."""
        child = self._known.get(labels)
        if child is None:
            child = self._known[labels] = self._metric.labels(*labels) if labels else self._metric
        return child


class Maker:
    """Makes metrics with our prefix in one registry.

    Args:
        registry: The registry.
    """

    def __init__(self, registry: CollectorRegistry) -> None:
        self._registry = registry

    def counter(self, name: str, text: str, *labels: str) -> Children:
        """What only grows."""
        return Children(Counter(f"durably_{name}", text, labels, registry=self._registry))

    def gauge(self, name: str, text: str, *labels: str) -> Children:
        """What goes up and down."""
        return Children(Gauge(f"durably_{name}", text, labels, registry=self._registry))

    def histogram(self, name: str, text: str, *labels: str, buckets: tuple[float, ...]) -> Children:
        """What is counted by how large it is."""
        return Children(Histogram(f"durably_{name}", text, labels, buckets=buckets, registry=self._registry))
