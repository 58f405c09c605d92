"""A second release beside the one under test, in a namespace of its own that is held to the restricted level."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from durably.contracts.ids import task_instance_id
from tests.e2e.cluster import NAMESPACE
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
    """The second release; its API and its sandbox are reached through the API server.

    Args:
        folder: Where its values are written.
    """

    def __init__(self, folder: Path) -> None:
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
        raw = f"{_service('api', 80)}/tasks/process"
        command = f"echo '{json.dumps(task)}' | kubectl create --raw {raw} -f -"

        async def look() -> bool:
            return '"instance_id"' in await run("sh", "-c", command, check=False)

        await until(look, what=f"{task_id} is taken", timeout_s=60, poll_s=1)
        return task_instance_id(task_id)

    async def ended(self, instance_id: str, *, within_s: float = 120) -> str:
        """The status of an instance, once it has ended."""
        raw = f"{_service('api', 80)}/instances/{instance_id}?wait=10s"

        async def look() -> str:
            told = await run("kubectl", "get", "--raw", raw, check=False, within_s=40)
            status: str = json.loads(told).get("status", "") if told.startswith("{") else told
            return status

        ends = {"completed", "failed", "terminated"}
        return await until(look, what=f"{instance_id} ends", holds=ends.__contains__, timeout_s=within_s, poll_s=1)

    async def effects(self) -> list[str]:
        """The tasks that somebody was told of, in order, once for each accepted notification."""
        told = await run("kubectl", "get", "--raw", f"{_service('sandbox', 8090)}/notifications")
        return [delivery["body"]["task_id"] for delivery in json.loads(told)["deliveries"]]

    async def left_over(self) -> list[str]:
        """Everything in the namespace, of whatever kind, that Kubernetes has not put there itself."""
        kinds = await run("kubectl", "api-resources", "--namespaced", "--verbs=list", "--output=name")
        lasting = [kind for kind in kinds.split() if not kind.startswith(("events", "pods.metrics"))]
        listed = await run(
            *("kubectl", "get", ",".join(lasting), "--namespace", NEIGHBOUR, "--output=name", "--ignore-not-found"),
            within_s=60,
        )
        return [name for name in listed.split() if name not in _NOT_OURS]

    async def _pods(self) -> list[str]:
        return (await run("kubectl", "get", "pods", "--namespace", NEIGHBOUR, "--output=name")).split()

    @property
    def _wait(self) -> tuple[str, ...]:
        return ("--namespace", NEIGHBOUR, "--wait", "--timeout", f"{_WITHIN_S - 30}s")


@asynccontextmanager
async def neighbour() -> AsyncIterator[Neighbour]:
    """A second release's namespace, empty, while the context lasts."""
    async with restricted_namespace(NEIGHBOUR):
        with TemporaryDirectory() as folder:
            yield Neighbour(Path(folder))


def _service(component: str, port: int) -> str:
    return f"/api/v1/namespaces/{NEIGHBOUR}/services/{NEIGHBOUR}-{component}:{port}/proxy"


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Values on top of others, as Helm lays them."""
    both = {
        key: _merged(base[key], value)
        for key, value in over.items()
        if isinstance(value, dict) and isinstance(base.get(key), dict)
    }
    return base | over | both
