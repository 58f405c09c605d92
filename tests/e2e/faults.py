"""Everything that the suite breaks, one function a kind of fault. Each returns as soon as the damage is asked for."""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, Final

from tests.e2e.cluster import DAPR_NAMESPACE, NAMESPACE, Cluster, Pod, call
from tests.e2e.commands import run

Strike = Callable[[Cluster, AsyncExitStack], Awaitable[None]]
"""Does the damage. What has to be repaired by hand is pushed onto the stack, which is unwound after the test."""

Obstacle = Callable[[Cluster], Awaitable[str | None]]
"""Why a fault cannot be had on a cluster; None where it can."""

_CONTROL_PLANE: Final = "node-role.kubernetes.io/control-plane"
_SHUTDOWN: Final = (
    "import urllib.request as r;r.urlopen(r.Request('http://127.0.0.1:3500/v1.0/shutdown', method='POST'), timeout=5)"
)
_DOCKER_S: Final = 60


async def _nothing(_: Cluster) -> str | None:
    return None


@dataclass(frozen=True, slots=True)
class Fault:
    """One row of the table.

    Attributes:
        name: What is killed, as the report says it.
        strike: Kills it.
        beyond: Whether it reaches beyond our own namespace, so that a shared cluster is spared.
        obstacle: Why it cannot be had on this cluster.
        within_s: Until when every workflow has to have ended.
    """

    name: str
    strike: Strike
    beyond: bool = False
    obstacle: Obstacle = field(default=_nothing)
    within_s: float = 90


def _ours(component: str, *, forced: bool) -> Strike:
    async def strike(cluster: Cluster, _: AsyncExitStack) -> None:
        pods = await cluster.ready_pods(component)
        await cluster.delete(pods[0], forced=forced)

    return strike


def _daprs(app: str, *, forced: bool) -> Strike:
    async def strike(cluster: Cluster, _: AsyncExitStack) -> None:
        pods = await cluster.pods_where(DAPR_NAMESPACE, f"app={app}")
        assert pods, f"no pods with the label app={app} in {DAPR_NAMESPACE}"
        await asyncio.gather(*(cluster.delete(pod, forced=forced) for pod in pods))

    return strike


def _killed(component: str, container: str) -> Strike:
    """A container that gets SIGKILL; Kubernetes starts it again in the same pod."""

    async def strike(cluster: Cluster, _: AsyncExitStack) -> None:
        pod = (await cluster.ready_pods(component))[0]
        found = await _container(cluster, pod, container)
        kill = ("ctr", "--namespace", "k8s.io", "task", "kill", "--signal", "SIGKILL", found)
        await run("docker", "exec", pod.node, *kill, within_s=_DOCKER_S)

    return strike


async def _stop_sidecar(cluster: Cluster, _: AsyncExitStack) -> None:
    """Where there is no way onto the node, a sidecar can still be told to go, from the container beside it."""
    pod = (await cluster.ready_pods("worker"))[0]
    await run("kubectl", "exec", "--namespace", NAMESPACE, pod.name, "--", "python", "-c", _SHUTDOWN)


async def _container(cluster: Cluster, pod: Pod, name: str) -> str:
    """The id of a container in the container runtime, be it a native sidecar or a plain container."""
    found = await call(cluster.core.read_namespaced_pod, pod.name, pod.namespace)
    statuses = [*(found.status.init_container_statuses or ()), *found.status.container_statuses]
    status = next(status for status in statuses if status.name == name)
    return str(status.container_id).partition("://")[2]


async def on_kind(cluster: Cluster) -> str | None:
    """Whether the nodes are containers on this machine; if not, the reason why a test needs that."""
    nodes: Any = (await call(cluster.core.list_node)).items
    if shutil.which("docker") and all(str(node.spec.provider_id or "").startswith("kind://") for node in nodes):
        return None
    return "needs a kind cluster on this machine, whose nodes are containers"


async def two_nodes(cluster: Cluster) -> str | None:
    """Whether there is another node for the pods of the one that is drained; if not, the reason."""
    nodes = (await call(cluster.core.list_node)).items
    return None if len(nodes) > 1 else "needs a second node: the pods of the drained one have to go somewhere"


async def kind_worker(cluster: Cluster) -> str | None:
    """Whether there is a kind node that is not the control plane; if not, the reason."""
    return await on_kind(cluster) or await two_nodes(cluster)


async def _drain(cluster: Cluster, repairs: AsyncExitStack) -> None:
    """Cordon the node with a worker on it and evict what can go: all of our pods but those that a volume holds."""
    node = (await cluster.ready_pods("worker"))[0].node
    await _open_control_plane(cluster, repairs)
    repairs.push_async_callback(cluster.cordon, node, on=False)
    await cluster.cordon(node, on=True)
    pods = [pod for pod in await cluster.pods_where(NAMESPACE) if pod.node == node and not pod.has_volume]
    evictions = asyncio.gather(*(cluster.evict(pod) for pod in pods))
    repairs.push_async_callback(lambda: evictions)


async def _open_control_plane(cluster: Cluster, repairs: AsyncExitStack) -> None:
    """Let pods onto the control plane while a small cluster's only other node is drained."""
    for node in (await call(cluster.core.list_node)).items:
        taints = node.spec.taints or []
        kept = [taint for taint in taints if taint.key != _CONTROL_PLANE]
        if len(kept) < len(taints):
            name = node.metadata.name
            repairs.push_async_callback(call, cluster.core.patch_node, name, {"spec": {"taints": taints}})
            await call(cluster.core.patch_node, name, {"spec": {"taints": kept}})


async def _restart_node(cluster: Cluster, _: AsyncExitStack) -> None:
    """Kill everything on the worker's node at once and start it again: what a power failure does."""
    node = (await cluster.ready_pods("worker"))[0].node
    await run("docker", "restart", "-t", "0", node, within_s=_DOCKER_S)


FAULTS: Final = (
    Fault("API pod deleted (forced)", _ours("api", forced=True)),
    Fault("API pod deleted (graceful)", _ours("api", forced=False)),
    Fault("worker killed (SIGKILL)", _killed("worker", "worker"), obstacle=on_kind),
    Fault("worker's sidecar killed (SIGKILL)", _killed("worker", "daprd"), obstacle=on_kind),
    Fault("worker's sidecar told to stop", _stop_sidecar),
    Fault("API's sidecar killed (SIGKILL)", _killed("api", "daprd"), obstacle=on_kind),
    Fault("Redis killed (SIGKILL)", _killed("redis", "redis"), obstacle=on_kind),
    # A StatefulSet's pod is not deleted by force: for a moment there could be two on one volume.
    Fault("Redis pod deleted", _ours("redis", forced=False)),
    Fault("Dapr scheduler pods deleted", _daprs("dapr-scheduler-server", forced=False), beyond=True),
    Fault("Dapr placement pods deleted", _daprs("dapr-placement-server", forced=False), beyond=True),
    Fault("Dapr sentry pods deleted (forced)", _daprs("dapr-sentry", forced=True), beyond=True),
    Fault("Dapr operator pods deleted (forced)", _daprs("dapr-operator", forced=True), beyond=True),
    Fault("worker's node killed and started", _restart_node, beyond=True, obstacle=kind_worker, within_s=240),
    Fault("worker's node drained", _drain, beyond=True, obstacle=two_nodes, within_s=150),
)
