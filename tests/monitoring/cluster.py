"""The real pods of the chart on a cluster, reached through `kubectl proxy`."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final, Self

import aiohttp

from tests.harness.ports import free_port
from tests.harness.processes import Process, answers
from tests.monitoring.prometheus import Target
from tests.monitoring.sites import NAMESPACE, PORTS, RELEASE, labels_of

_SCRAPED: Final = ("api", "worker")
_ASK_S: Final = 10
_DELAY_S: Final = 7
"""With it, five attempts last longer than the half minute between two counts of the store."""


def why_there_is_none() -> str | None:
    """What is missing: kubectl, a cluster, or the chart on it; None where all is there."""
    if shutil.which("kubectl") is None:
        return "not on PATH: kubectl"
    try:
        _kubectl("get", "deployment", f"{RELEASE}-worker")
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        said = (getattr(error, "stderr", None) or str(error)).strip().splitlines()
        return f"no cluster with the chart on it: {said[-1] if said else error}"
    return None


class Cluster:
    """The pods of the release, as a site; enter it to open the way to them.

    Args:
        folder: Where the log of `kubectl proxy` goes.
    """

    def __init__(self, folder: Path) -> None:
        port = free_port()
        self._address = f"127.0.0.1:{port}"
        command = ["kubectl", "proxy", "--address=127.0.0.1", f"--port={port}"]
        ready = answers(f"http://{self._address}/version")
        self._proxy = Process("kubectl proxy", command, log=folder / "proxy.log", ready=ready)
        self.url = f"http://{self._address}{_path('services', f'{RELEASE}-api:http')}/"
        self.targets = _targets(self._address)

    async def __aenter__(self) -> Self:
        await self._proxy.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._proxy.stop()

    async def refuse(self, *, notifications: int) -> None:
        """Switch the chart's sandbox."""
        url = f"http://{self._address}{_path('services', f'{RELEASE}-sandbox:http')}/switches"
        async with aiohttp.ClientSession() as session:
            switches = {"fail": notifications, "delay_s": _DELAY_S if notifications else 0}
            await session.put(url, json=switches, raise_for_status=True)


def _targets(address: str) -> tuple[Target, ...]:
    """Every port that the chart's PodMonitors select, found as the operator has Prometheus find them."""
    selector = f"app.kubernetes.io/name=durably,app.kubernetes.io/instance={RELEASE}"
    pods = json.loads(_kubectl("get", "pods", "-l", selector, "-o", "json"))["items"]
    return tuple(target for pod in pods for target in _targets_of(pod, address))


def _targets_of(pod: dict[str, Any], address: str) -> list[Target]:
    name = pod["metadata"]["name"]
    component = pod["metadata"]["labels"]["app.kubernetes.io/component"]
    if component not in _SCRAPED or pod["status"]["phase"] != "Running":
        return []
    containers = pod["spec"]["containers"] + pod["spec"].get("initContainers", [])
    return [
        Target(
            address,
            _path("pods", f"{name}:{port['containerPort']}") + PORTS[port["name"]],
            labels_of(pod=name, container=container["name"], component=component, port=port["name"]),
        )
        for container in containers
        for port in container.get("ports", ())
        if port.get("name") in PORTS
    ]


def _path(kind: str, name: str) -> str:
    return f"/api/v1/namespaces/{NAMESPACE}/{kind}/{name}/proxy"


def _kubectl(*arguments: str) -> str:
    command = ["kubectl", "--namespace", NAMESPACE, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=_ASK_S).stdout
