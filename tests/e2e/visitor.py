"""Pods that the tests put beside the release: a client, a stranger, an outsider. They use the worker's image."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

from tests.e2e.cluster import AWAY, NAMESPACE, Cluster, Pod, call
from tests.e2e.commands import run
from tests.harness.waiting import until

INSIDE: Final = Path(__file__).parent / "inside"
_WORKER: Final = "durably-worker"
_MAIN: Final = "visitor"
_RESTRICTED: Final = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "runAsNonRoot": True,
    "capabilities": {"drop": ["ALL"]},
    "seccompProfile": {"type": "RuntimeDefault"},
}
_SIGTERM: Final = "import os, signal; os.kill(1, signal.SIGTERM)"


class Visitor:
    """A script in a pod.

    Args:
        cluster: Where.
        name: The pod's name.
    """

    def __init__(self, cluster: Cluster, name: str) -> None:
        self._cluster = cluster
        self.name = name

    async def told(self, word: str, *, within_s: float = 60) -> dict[str, Any]:
        """The JSON line with a word in it, once the script has printed it."""
        log = self._cluster.core.read_namespaced_pod_log

        async def look() -> str:
            answer = await call(log, self.name, NAMESPACE, container=_MAIN, _preload_content=False)
            return next((line for line in answer.data.decode().splitlines() if word in line), "")

        what = f"the pod {self.name} has told {word!r}"
        line = await until(look, what=what, timeout_s=within_s, retry_on=AWAY, poll_s=0.3)
        found: dict[str, Any] = json.loads(line)
        return found

    async def stop(self) -> None:
        """Ask the script to come to its end."""
        await run("kubectl", "exec", "--namespace", NAMESPACE, self.name, "--", "python", "-c", _SIGTERM)


@asynccontextmanager
async def visitor(
    cluster: Cluster, script: str, env: dict[str, str], *, app_id: str | None = None
) -> AsyncIterator[Visitor]:
    """A pod that runs a script of `inside`, while the context lasts.

    Args:
        cluster: Where.
        script: The script's name.
        env: What it is told.
        app_id: The Dapr app-id of its sidecar; None for a pod without one.
    """
    worker = await call(cluster.apps.read_namespaced_deployment, _WORKER, NAMESPACE)
    name = f"durably-e2e-{script}-{uuid4().hex[:5]}"
    pod = _manifest(name, (INSIDE / f"{script}.py").read_text(encoding="utf-8"), env, worker.spec.template, app_id)
    await call(cluster.trusted.create_namespaced_pod, NAMESPACE, pod)
    try:
        yield Visitor(cluster, name)
    finally:
        gone = Pod(name, NAMESPACE, node="", ip="", leaving=True, ready=False, has_volume=False, labels={})
        await cluster.delete(gone, forced=True)


def _manifest(name: str, code: str, env: dict[str, str], worker: Any, app_id: str | None) -> dict[str, Any]:
    container = worker.spec.containers[0]
    main = {
        "name": _MAIN,
        "image": container.image,
        "imagePullPolicy": container.image_pull_policy,
        "command": ["python", "-u", "-c", code],
        "env": [{"name": key, "value": value} for key, value in env.items()],
        "securityContext": _RESTRICTED,
    }
    return {
        "metadata": {
            "name": name,
            "labels": {"app.kubernetes.io/name": "durably-e2e"},
            "annotations": _sidecar(worker.metadata.annotations, app_id) if app_id else {},
        },
        "spec": {
            "restartPolicy": "Never",
            "automountServiceAccountToken": False,
            "enableServiceLinks": False,
            "securityContext": {"runAsNonRoot": True, "runAsUser": 10001},
            "containers": [main],
        },
    }


def _sidecar(worker: dict[str, str], app_id: str) -> dict[str, str]:
    """The worker's own Dapr annotations, under another name and with no application to call."""
    kept = {key: value for key, value in worker.items() if key.startswith("dapr.io/")}
    for key in ("dapr.io/app-port", "dapr.io/app-protocol", "dapr.io/config"):
        kept.pop(key, None)
    return kept | {"dapr.io/app-id": app_id}
