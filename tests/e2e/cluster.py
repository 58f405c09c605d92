"""What the tests ask of Kubernetes and do to it. Every call has a time limit, none blocks the event loop."""

import asyncio
import base64
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from kubernetes import client, config
from kubernetes.client.exceptions import ApiException
from urllib3.exceptions import HTTPError

from tests.harness.waiting import until

NAMESPACE: Final = "durably"
DAPR_NAMESPACE: Final = "dapr-system"
AWAY: Final = (ApiException, HTTPError, OSError)
"""What a call raises while the API server, or the object, is not there."""

_CALL_S: Final = 10
_COMPONENT: Final = "app.kubernetes.io/component"
_FORCED: Final = client.V1DeleteOptions(grace_period_seconds=0)


@dataclass(frozen=True, slots=True)
class Pod:
    """A pod, as it was when it was looked at.

    Attributes:
        leaving: Whether it has been told to go.
        ready: Whether all of its containers are ready, and it is not leaving.
        has_volume: Whether it has a volume of its own, which may hold it on its node.
    """

    name: str
    namespace: str
    node: str
    ip: str
    leaving: bool
    ready: bool
    has_volume: bool
    labels: dict[str, str]


class Cluster:
    """The cluster of the current KUBECONFIG."""

    def __init__(self) -> None:
        config.load_kube_config()
        self.core = client.CoreV1Api()
        self.apps = client.AppsV1Api()
        # Dapr's injector gives sidecars only to pods of controllers and of this group, which kind's user is not in.
        trusted = client.ApiClient()
        trusted.set_default_header("Impersonate-User", "durably-e2e")
        trusted.set_default_header("Impersonate-Group", "system:masters")
        self.trusted = client.CoreV1Api(trusted)

    async def pods(self, component: str) -> list[Pod]:
        """The pods of one component of the chart: `worker`, `api`, `redis` or `sandbox`."""
        return await self.pods_where(NAMESPACE, f"{_COMPONENT}={component}")

    async def pods_where(self, namespace: str, selector: str = "") -> list[Pod]:
        """The pods of a namespace that a label selector selects."""
        found = await call(self.core.list_namespaced_pod, namespace, label_selector=selector)
        return [_pod(item) for item in found.items]

    async def ready_pods(self, component: str, *, at_least: int = 1, timeout_s: float = 60) -> list[Pod]:
        """The ready pods of a component, once there are so many."""

        async def look() -> list[Pod]:
            return [pod for pod in await self.pods(component) if pod.ready]

        what = f"{at_least} pods of {component} are ready"
        return await until(
            look, what=what, holds=lambda p: len(p) >= at_least, timeout_s=timeout_s, retry_on=AWAY, poll_s=0.2
        )

    async def delete(self, pod: Pod, *, forced: bool) -> None:
        """Delete a pod and return as soon as that is accepted.

        Args:
            pod: The pod.
            forced: Whether it gets no grace period, as by `kubectl delete --force --grace-period=0`.
        """
        options: dict[str, Any] = {"body": _FORCED} if forced else {}
        await call(self.core.delete_namespaced_pod, pod.name, pod.namespace, **options)

    async def evict(self, pod: Pod) -> None:
        """Ask for a pod's eviction until its disruption budget admits it, as `kubectl drain` does."""
        meta = client.V1ObjectMeta(name=pod.name, namespace=pod.namespace)

        async def look() -> bool:
            try:
                eviction = client.V1Eviction(metadata=meta)
                await call(self.core.create_namespaced_pod_eviction, pod.name, pod.namespace, eviction)
            except ApiException as error:
                if error.status != 404:  # 404: it has gone meanwhile
                    raise
            return True

        await until(look, what=f"{pod.name} may be evicted", timeout_s=90, retry_on=(ApiException,), poll_s=0.5)

    async def cordon(self, node: str, *, on: bool) -> None:
        """Let no new pods onto a node, or let them again."""
        await call(self.core.patch_node, node, {"spec": {"unschedulable": on}})

    async def secret(self, name: str, key: str) -> str:
        """What a Secret of our namespace holds under a key."""
        found = await call(self.core.read_namespaced_secret, name, NAMESPACE)
        return base64.b64decode(found.data[key]).decode()

    async def kind_name(self) -> str:
        """The name that kind has for the cluster: the middle of `kind://docker/NAME/NODE`."""
        nodes: Any = (await call(self.core.list_node)).items
        return str(nodes[0].spec.provider_id).split("/")[-2]

    async def scale(self, component: str, replicas: int) -> None:
        """Set the number of pods of a Deployment of ours, and wait until it has them."""
        scale = {"spec": {"replicas": replicas}}
        await call(self.apps.patch_namespaced_deployment_scale, f"durably-{component}", NAMESPACE, scale)
        await self.settled()

    async def settled(self, *namespaces: str, timeout_s: float = 120) -> None:
        """Return once every Deployment and StatefulSet has all of its pods, ready, of its latest revision; none leaves.

        A pod that a rollout replaced works on until it is gone; what it hands over then is not the next test's doing.
        """

        async def look() -> list[str]:
            return [name for namespace in namespaces or (NAMESPACE,) for name in await self._unsettled(namespace)]

        await until(
            look,
            what="all workloads have their pods",
            holds=lambda waiting: not waiting,
            timeout_s=timeout_s,
            retry_on=AWAY,
            poll_s=0.3,
        )

    async def _unsettled(self, namespace: str) -> list[str]:
        """The workloads that lack something. A status lags behind a deletion, so the pods are looked at as well."""
        pods = await self.pods_where(namespace)
        deployments = (await call(self.apps.list_namespaced_deployment, namespace)).items
        sets = (await call(self.apps.list_namespaced_stateful_set, namespace)).items
        return [w.metadata.name for w in (*deployments, *sets) if not _has_its_pods(w, pods)]


async def call(function: Callable[..., Any], *args: Any, **options: Any) -> Any:
    """A call of the Kubernetes client, in a thread and with a time limit."""
    return await asyncio.to_thread(function, *args, _request_timeout=_CALL_S, **options)


def _has_its_pods(workload: Any, pods: list[Pod]) -> bool:
    wanted, status = workload.spec.replicas, workload.status
    labels = workload.spec.selector.match_labels.items()
    its = [pod for pod in pods if labels <= pod.labels.items()]
    seen = (status.observed_generation or 0) >= workload.metadata.generation
    updated = (status.updated_replicas or 0) == wanted and (status.replicas or 0) == wanted
    ready = sum(pod.ready for pod in its)
    return bool(seen and updated and ready == wanted and not any(pod.leaving for pod in its))


def _pod(item: Any) -> Pod:
    leaving = item.metadata.deletion_timestamp is not None
    conditions = {c.type: c.status for c in item.status.conditions or ()}
    return Pod(
        name=item.metadata.name,
        namespace=item.metadata.namespace,
        node=item.spec.node_name or "",
        ip=item.status.pod_ip or "",
        leaving=leaving,
        ready=conditions.get("Ready") == "True" and not leaving,
        has_volume=any(volume.persistent_volume_claim for volume in item.spec.volumes or ()),
        labels=item.metadata.labels or {},
    )
