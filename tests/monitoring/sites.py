"""Where the queries are tried: the self-hosted stack, or the pods of a cluster. Both look the same to Prometheus."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Protocol

from tests.harness.dapr import DaprEngine
from tests.harness.stack import Stack
from tests.monitoring.prometheus import Target

NAMESPACE: Final = "durably"
RELEASE: Final = "durably"

PORTS: Final = {"metrics": "/metrics", "probes": "/metrics", "dapr-metrics": "/"}
"""The named ports that the PodMonitors scrape, and where metrics are on them."""

VARIABLES: Final = {
    "namespace": NAMESPACE,
    "release": RELEASE,
    "workflow": ".*",
    "__rate_interval": "10s",
    "__range": "5m",
}
"""What Grafana would put into the dashboard's queries."""


STUCK_AFTER_S: Final = 3.0
"""Less than the longest pause between two attempts, so that a notification that is refused makes an instance stuck."""


class Site(Protocol):
    """What a load is put on and Prometheus scrapes."""

    @property
    def url(self) -> str:
        """The API's address, with a slash at its end."""

    @property
    def targets(self) -> tuple[Target, ...]:
        """What is to be scraped."""

    async def refuse(self, *, notifications: int) -> None:
        """Have the receiver refuse so many of the next notifications, slowly enough for a count of what runs."""


def labels_of(*, pod: str, container: str, component: str, port: str) -> Mapping[str, str]:
    """The labels that the operator gives a target that it found by one of the chart's PodMonitors.

    Args:
        pod: The pod's name.
        container: The container that has the port.
        component: The pod's label `app.kubernetes.io/component`.
        port: The port's name.
    """
    monitor = f"{RELEASE}-sidecars" if port == "dapr-metrics" else f"{RELEASE}-processes"
    return {
        "job": f"{NAMESPACE}/{monitor}",
        "namespace": NAMESPACE,
        "pod": pod,
        "container": container,
        "endpoint": port,
        "app_kubernetes_io_name": "durably",
        "app_kubernetes_io_instance": RELEASE,
        "app_kubernetes_io_component": component,
    }


class SelfHosted:
    """The stack of the harness, with the labels that its processes would have as pods.

    Args:
        stack: A stack on Dapr.
    """

    def __init__(self, stack: Stack) -> None:
        self.stack = stack
        self.url = f"{stack.url}/"

    @property
    def targets(self) -> tuple[Target, ...]:
        """API, worker and both sidecars."""
        engine = self.stack.engine
        assert isinstance(engine, DaprEngine)
        assert engine.api_sidecar is not None
        return (
            _target(self.stack.url, "api", port="metrics"),
            _target(self.stack.probe_url, "worker", port="probes"),
            _target(f"http://127.0.0.1:{engine.api_sidecar.metrics_port}", "api", port="dapr-metrics"),
            _target(f"http://127.0.0.1:{engine.sidecar.metrics_port}", "worker", port="dapr-metrics"),
        )

    async def refuse(self, *, notifications: int) -> None:
        """Switch the harness's receiver."""
        await self.stack.receiver.switch(fail=notifications)


@asynccontextmanager
async def self_hosted(folder: Path, *, delays_s: Mapping[str, float] | None = None) -> AsyncIterator[SelfHosted]:
    """The stack on Dapr, with a worker that counts every second and calls an instance stuck after three."""
    env = {"DURABLY_WORKER_CENSUS_INTERVAL_S": "1", "DURABLY_WORKER_STUCK_AFTER_S": f"{STUCK_AFTER_S:g}"}
    stack = Stack(folder, engine="dapr", env=env, delays_s=delays_s)
    try:
        await stack.start()
        yield SelfHosted(stack)
    finally:
        await stack.stop()


def _target(url: str, component: str, *, port: str) -> Target:
    container = "daprd" if port == "dapr-metrics" else component
    labels = labels_of(pod=f"{RELEASE}-{component}-0", container=container, component=component, port=port)
    return Target(url.removeprefix("http://"), PORTS[port], labels)
