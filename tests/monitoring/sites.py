"""Where the queries are tried: the self-hosted stack, or the pods of a cluster. Both look the same to Prometheus."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final, Protocol

import aiohttp

from tests.harness.dapr import DaprEngine
from tests.harness.stack import Stack
from tests.harness.waiting import until
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


_STRANDED: Final = 'durably_instances_by_verdict{verdict="workflow_not_registered",'


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

    async def strand(self) -> None:
        """Start a workflow that no worker has, and wait until it is counted as what does not go on."""
        engine = self.stack.engine
        assert isinstance(engine, DaprEngine)
        start = f"http://127.0.0.1:{engine.sidecar.http_port}/v1.0/workflows/dapr/nobodys_workflow/start"
        async with aiohttp.ClientSession(raise_for_status=True) as session:
            await session.post(start, params={"instanceID": "stranded"}, json={})

            async def look() -> bool:
                async with session.get(f"{self.stack.probe_url}/metrics") as answer:
                    lines = (await answer.text()).splitlines()
                return any(line.startswith(_STRANDED) and line.endswith(" 1.0") for line in lines)

            await until(look, what="a worker counts the stranded instance", timeout_s=60)


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
