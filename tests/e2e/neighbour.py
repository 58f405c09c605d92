"""A second release beside the one under test, in a namespace of its own that is held to the restricted level."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from kubernetes.client.exceptions import ApiException

from durably.contracts.ids import task_instance_id
from tests.e2e.cluster import AWAY, NAMESPACE, Cluster, call
from tests.e2e.commands import run
from tests.e2e.installation import CHART, RELEASE
from tests.harness.waiting import until

NEIGHBOUR: Final = "durably-2"
"""The second release's name and namespace."""

_WITHIN_S: Final = 300
_RESTRICTED: Final = "pod-security.kubernetes.io"
_OWN: Final[dict[str, Any]] = {
    "api": {"appId": "second-api", "replicas": 1, "service": {"type": "ClusterIP", "nodePort": None}},
    "worker": {"appId": "second", "replicas": 1, "activityDelaySeconds": {"assign_task": 5}},
    "sandbox": {"enabled": True},
    "notifications": {"url": ""},
}
_BAD: Final = 400
_NOT_OURS: Final = ("configmap/kube-root-ca.crt", "serviceaccount/default")
"""What Kubernetes itself puts into every namespace."""


@asynccontextmanager
async def restricted_namespace(name: str) -> AsyncIterator[str]:
    """A namespace that refuses pods which do more than they need, and warns of workloads that would make some."""
    levels = [f"{_RESTRICTED}/{mode}=restricted" for mode in ("enforce", "warn")]
    await run("kubectl", "create", "namespace", name)
    try:
        await run("kubectl", "label", "namespace", name, *levels)
        yield name
    finally:
        await run("kubectl", "delete", "namespace", name, "--wait", within_s=_WITHIN_S)


class Neighbour:
    """The second release.

    Args:
        cluster: Where it is to be.
        folder: Where its values are written.
    """

    def __init__(self, cluster: Cluster, folder: Path) -> None:
        self._cluster = cluster
        self._values = folder / "values.json"

    async def install(self, **changes: Any) -> str:
        """Install or upgrade it with the images of the release under test, wait, and return what Helm says.

        Args:
            changes: Values beside those that make it a neighbour, by path, with `__` for dots.
        """
        first = json.loads(await run("helm", "get", "values", RELEASE, "--namespace", NAMESPACE, "--output", "json"))
        await asyncio.to_thread(self._values.write_text, json.dumps(_merged(first or {}, _OWN)))
        sets = [f"--set-json={path.replace('__', '.')}={json.dumps(value)}" for path, value in changes.items()]
        command = ("helm", "upgrade", "--install", NEIGHBOUR, str(CHART), f"--values={self._values}", *sets)
        return await run(*command, *self._wait, within_s=_WITHIN_S)

    async def roll_back(self) -> None:
        """Back to the revision before."""
        await run("helm", "rollback", NEIGHBOUR, *self._wait, within_s=_WITHIN_S)

    async def uninstall(self) -> None:
        """Remove the release, and wait until its pods have gone."""
        await run("helm", "uninstall", NEIGHBOUR, *self._wait, within_s=_WITHIN_S)
        await until(self._pods, what="the pods have gone", holds=lambda pods: pods == [], timeout_s=120, poll_s=0.5)

    async def start(self, task_id: str) -> str:
        """Process a task, once the API takes it, and return its instance's id."""
        task = {"task_id": task_id, "title": "Survive", "assignee": "ada"}

        async def look() -> Any:
            return await self._ask("POST", "api", 80, "/tasks/process", task)

        await until(look, what=f"{task_id} is taken", timeout_s=60, retry_on=AWAY, poll_s=1)
        return task_instance_id(task_id)

    async def ended(self, instance_id: str, *, within_s: float = 120) -> str:
        """The status of an instance, once it has ended."""

        async def look() -> str:
            found = await self._ask("GET", "api", 80, f"/instances/{instance_id}", wait="5s")
            return str(found["status"])

        ends = {"completed", "failed", "terminated"}
        what = f"{instance_id} ends"
        return await until(look, what=what, holds=ends.__contains__, timeout_s=within_s, retry_on=AWAY, poll_s=1)

    async def effects(self) -> list[str]:
        """The tasks that somebody was told of, in order, once for each accepted notification."""
        found = await self._ask("GET", "sandbox", 8090, "/notifications")
        return [delivery["task_id"] for delivery in found["deliveries"] if not delivery["duplicate"]]

    async def _ask(self, method: str, component: str, port: int, path: str, body: Any = None, **query: str) -> Any:
        """The answer of a Service of the release, by way of the API server."""
        service = f"/api/v1/namespaces/{NEIGHBOUR}/services/{NEIGHBOUR}-{component}:{port}/proxy"
        api = self._cluster.core.api_client
        request = api.param_serialize(
            method,
            service + path,
            query_params=list(query.items()),
            header_params={"Content-Type": "application/json"},
            body=body,
            auth_settings=["BearerToken"],
        )
        answer = await call(api.call_api, *request)
        text = (await asyncio.to_thread(answer.read)).decode()
        if answer.status >= _BAD:
            raise ApiException(status=answer.status, reason=text)
        return json.loads(text)

    async def left_over(self) -> list[str]:
        """Everything in the namespace, of whatever kind, that Kubernetes has not put there itself."""
        kinds = await run("kubectl", "api-resources", "--namespaced", "--verbs=list", "--output=name")
        lasting = [kind for kind in kinds.split() if not kind.startswith(("events", "pods.metrics"))]
        listed = await run(
            *("kubectl", "get", ",".join(lasting), "--namespace", NEIGHBOUR, "--output=name", "--ignore-not-found"),
            within_s=60,
        )
        return [line for line in listed.splitlines() if line not in _NOT_OURS and not line.startswith("Warning: ")]

    async def _pods(self) -> list[str]:
        return (await run("kubectl", "get", "pods", "--namespace", NEIGHBOUR, "--output=name")).split()

    @property
    def _wait(self) -> tuple[str, ...]:
        return ("--namespace", NEIGHBOUR, "--wait", "--timeout", f"{_WITHIN_S - 30}s")


@asynccontextmanager
async def neighbour(cluster: Cluster) -> AsyncIterator[Neighbour]:
    """A second release's namespace, empty, while the context lasts."""
    async with restricted_namespace(NEIGHBOUR):
        with TemporaryDirectory() as folder:
            yield Neighbour(cluster, Path(folder))


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Values on top of others, as Helm lays them."""
    both = {
        key: _merged(base[key], value)
        for key, value in over.items()
        if isinstance(value, dict) and isinstance(base.get(key), dict)
    }
    return base | over | both
