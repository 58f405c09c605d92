"""What only a cluster can say of the chart: the API server takes it, and it runs only where it can work."""

import asyncio
import json
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

import pytest

from tests.chart.rendering import DAPR, EVERYTHING, pod_templates, render, rendered
from tests.e2e.cluster import NAMESPACE, call
from tests.e2e.commands import run
from tests.e2e.installation import CHART, RELEASE, ROOT
from tests.e2e.neighbour import restricted_namespace
from tests.e2e.stage import Stage
from tests.harness.waiting import until

pytestmark = pytest.mark.e2e

CRDS: Final = ("podmonitors.monitoring.coreos.com", "prometheusrules.monitoring.coreos.com", "scaledobjects.keda.sh")
SCHEMAS: Final = ROOT / "tests" / "chart" / "schemas" / "crds"
DRY: Final = "durably-dry"
OLD: Final = "dapr-old"
INJECTED: Final = ("--as=durably-e2e", "--as-group=system:masters")
"""Dapr injects sidecars into what controllers create, and into what this group does, not into everybody's pods."""

BARE: Final = "durably-e2e-bare"


@asynccontextmanager
async def foreign_kinds() -> AsyncIterator[None]:
    """The Prometheus operator's and KEDA's kinds, where they are not there yet, while the context lasts."""
    there = await run("kubectl", "get", "crds", "--output=name")
    lacking = [str(SCHEMAS / f"{name}.json") for name in CRDS if f"/{name}\n" not in there]
    files = [f"--filename={path}" for path in lacking]
    try:
        if files:
            await run("kubectl", "create", *files)
            await run("kubectl", "wait", "--for=condition=Established", *files, "--timeout=60s", within_s=70)
        yield
    finally:
        if files:
            await run("kubectl", "delete", "--ignore-not-found", *files, within_s=120)


async def piped(text: str, *command: str) -> tuple[int | None, str]:
    """What a command says to a text on its standard input, and how it ends."""
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(*command, stdin=pipe, stdout=pipe, stderr=asyncio.subprocess.STDOUT)
    async with asyncio.timeout(60):
        told, _ = await process.communicate(text.encode())
    return process.returncode, told.decode()


@pytest.mark.parametrize("helm", ["helm", "helm3"])
async def test_the_api_server_takes_every_object_of_every_feature_without_a_warning(release: Stage, helm: str) -> None:
    if not shutil.which(helm):
        pytest.skip(f"not on PATH: {helm}")
    # given
    values = {**EVERYTHING, "serviceAccount.name": "dry"}
    options = ("--api-versions", DAPR, f"--namespace={DRY}")
    text = await asyncio.to_thread(rendered, helm, values, *options)
    async with foreign_kinds(), restricted_namespace(DRY):
        account = (await asyncio.to_thread(render, helm, values, *options))["ServiceAccount/dry"]
        assert (await piped(json.dumps(account), "kubectl", "apply", f"--namespace={DRY}", "--filename=-"))[0] == 0, (
            "pods want it there"
        )

        # when
        apply = ("kubectl", "apply", "--dry-run=server", "--validate=strict", f"--namespace={DRY}", "--filename=-")
        code, told = await piped(text, *apply)

    # then
    lines = told.splitlines()
    assert code == 0, told
    assert len(lines) == text.count("\nkind: ")
    taken = (" created (server dry run)", "serviceaccount/dry unchanged (server dry run)")
    assert [line for line in lines if not line.endswith(taken)] == []


async def test_the_restricted_level_admits_every_pod_with_its_sidecar(release: Stage) -> None:
    # given
    objects = await asyncio.to_thread(render, "helm", {**EVERYTHING, "serviceAccount.name": "default"})
    sidecars: dict[str, bool] = {}
    async with restricted_namespace(DRY):
        for identity, template in pod_templates(objects):
            pod = _pod(template, objects[identity])

            # when
            create = ("kubectl", "create", "--dry-run=server", f"--namespace={DRY}", "--output=json", "--filename=-")
            code, told = await piped(json.dumps(pod), *create, *INJECTED)

            # then
            assert code == 0, f"{identity}: {told}"
            spec = json.loads(told)["spec"]
            containers = (*spec["containers"], *spec.get("initContainers", ()))
            sidecars[identity] = "daprd" in {container["name"] for container in containers}
    with_one = {identity for identity, has_one in sidecars.items() if has_one}
    assert with_one == {"Deployment/durably-api", "Deployment/durably-worker"}
    assert len(sidecars) == 6


def _pod(template: dict[str, Any], owner: dict[str, Any]) -> dict[str, Any]:
    """A pod as its owner makes it; a claimed volume is an empty one here."""
    claims = [claim["metadata"]["name"] for claim in owner["spec"].get("volumeClaimTemplates", ())]
    volumes = [*template["spec"].get("volumes", ()), *({"name": name, "emptyDir": {}} for name in claims)]
    metadata = {**template["metadata"], "name": "dry"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": {**template["spec"], "volumes": volumes}}


async def test_helm_test_runs_a_task_to_its_end(stage: Stage) -> None:
    told = await run("helm", "test", RELEASE, "--namespace", NAMESPACE, "--logs", within_s=180, check=False)
    assert "Succeeded" in told, told


@pytest.mark.parametrize("helm", ["helm", "helm3"])
async def test_an_install_beside_a_dapr_that_is_too_old_stops_with_a_sentence(release: Stage, helm: str) -> None:
    if not shutil.which(helm):
        pytest.skip(f"not on PATH: {helm}")
    # given
    operator = _operator("1.14.0")
    async with restricted_namespace(OLD):
        assert (await piped(json.dumps(operator), "kubectl", "create", "--filename=-"))[0] == 0

        # when
        told = await run(
            *(helm, "install", "other", str(CHART), f"--namespace={OLD}", "--set", f"dapr.namespace={OLD}"),
            within_s=60,
            check=False,
        )
        kept = await run("kubectl", "get", "secrets,pods,services", f"--namespace={OLD}", "--output=name")

    # then
    assert f"Durably needs Dapr 1.18.0 or newer; the cluster has 1.14.0 in namespace {OLD}. Upgrade Dapr first" in told
    assert kept.split() == []


def _operator(version: str) -> dict[str, Any]:
    labels = {"app": "dapr-operator", "app.kubernetes.io/version": version}
    container = {"name": "dapr-operator", "image": f"dapr/operator:{version}"}
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "dapr-operator", "namespace": OLD, "labels": labels},
        "spec": {
            "replicas": 0,
            "selector": {"matchLabels": {"app": "dapr-operator"}},
            "template": {"metadata": {"labels": labels}, "spec": {"containers": [container]}},
        },
    }


@pytest.mark.parametrize(("component", "port"), [("worker", 8082), ("api", 8080)])
async def test_a_pod_that_came_up_without_its_sidecar_is_not_ready_and_says_so(
    stage: Stage, component: str, port: int
) -> None:
    # given
    deployment = json.loads(
        await run("kubectl", "get", "deployment", f"durably-{component}", "--namespace", NAMESPACE, "--output=json")
    )
    template = deployment["spec"]["template"]
    notes = template["metadata"]["annotations"] | {"dapr.io/enabled": "false"}
    metadata = {"name": BARE, "namespace": NAMESPACE, "labels": {"app.kubernetes.io/name": BARE}, "annotations": notes}
    pod = {"apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": template["spec"]}

    # when
    code, told = await piped(json.dumps(pod), "kubectl", "create", "--filename=-")
    assert code == 0, told
    try:
        await _is_running(stage)
        path = f"/api/v1/namespaces/{NAMESPACE}/pods/{BARE}:{port}/proxy/readyz"
        told = await run("kubectl", "get", "--raw", path, "--v=8", check=False)
        found = await call(stage.cluster.core.read_namespaced_pod, BARE, NAMESPACE)
    finally:
        await run("kubectl", "delete", "pod", BARE, "--namespace", NAMESPACE, "--grace-period=0", "--force", "--wait")

    # then
    conditions = {condition.type: condition.status for condition in found.status.conditions}
    assert [status.name for status in found.status.container_statuses] == [component]
    assert conditions["Ready"] == "False"
    assert "was the pod injected?" in told, told


async def _is_running(stage: Stage) -> None:
    async def look() -> bool:
        pod = await call(stage.cluster.core.read_namespaced_pod, BARE, NAMESPACE)
        return any(status.started for status in pod.status.container_statuses or ())

    await until(look, what="the pod without a sidecar has started", timeout_s=60, poll_s=0.5)
