"""What every pod of the chart is held to."""

import base64
from pathlib import Path
from typing import Any, Final

import pytest

from api.settings import ApiSettings
from durably.contracts.settings import variables
from tests.chart.rendering import EVERYTHING, Objects, look, pod_templates, render
from worker.settings import WorkerSettings

RUN_ONCE: Final = {"Pod/durably-test", "Job/durably-gate"}
"""Pods that run once: nobody sends them requests, so they have no probes."""


def containers(objects: Objects) -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Every container, with what makes its pod and the pod's spec."""
    found = [(identity, pod["spec"]) for identity, pod in pod_templates(objects)]
    return [(identity, spec, container) for identity, spec in found for container in spec["containers"]]


def test_there_are_the_pods_that_there_should_be(helm: str) -> None:
    assert {identity for identity, _ in pod_templates(render(helm, EVERYTHING))} == {
        *("Deployment/durably-api", "Deployment/durably-worker", "Deployment/durably-sandbox"),
        *("StatefulSet/durably-redis", "Pod/durably-test", "Job/durably-gate"),
    }


def test_no_pod_can_do_what_the_restricted_level_forbids(helm: str) -> None:
    for identity, spec, container in containers(render(helm, EVERYTHING)):
        security = container["securityContext"]
        assert security["allowPrivilegeEscalation"] is False, identity
        assert security["readOnlyRootFilesystem"] is True, identity
        assert security["capabilities"] == {"drop": ["ALL"]}, identity
        for level in (security, spec["securityContext"]):
            assert level["runAsNonRoot"] is True, identity
            assert level["seccompProfile"] == {"type": "RuntimeDefault"}, identity
        assert spec["securityContext"]["runAsUser"] > 0, identity
        assert not {"hostNetwork", "hostPID", "hostIPC"} & spec.keys(), identity
        assert [volume for volume in spec.get("volumes", ()) if "hostPath" in volume] == [], identity


def test_no_pod_has_a_token_or_variables_that_services_inject(helm: str) -> None:
    objects = render(helm, EVERYTHING)
    for identity, pod in pod_templates(objects):
        assert pod["spec"]["automountServiceAccountToken"] is False, identity
        assert pod["spec"]["enableServiceLinks"] is False, identity
        assert pod["spec"]["serviceAccountName"] == "durably", identity
    assert look(objects, "ServiceAccount/durably automountServiceAccountToken") is False
    assert [name for name in objects if name.startswith(("Role", "ClusterRole"))] == []


def test_every_container_says_what_it_needs_and_when_it_is_well(helm: str) -> None:
    for identity, _, container in containers(render(helm, EVERYTHING)):
        assert container["resources"]["requests"].keys() >= {"cpu", "memory"}, identity
        assert "memory" in container["resources"]["limits"], identity
        assert not container["image"].endswith(":latest"), identity
        assert ":" in container["image"], identity
        if identity not in RUN_ONCE:
            assert {"livenessProbe", "readinessProbe"} <= container.keys(), identity
            names = {port["name"] for port in container["ports"]}
            probes = [container.get(f"{kind}Probe", {}) for kind in ("liveness", "readiness", "startup")]
            asked = [probe.get("httpGet") or probe.get("tcpSocket") for probe in probes]
            assert {probe["port"] for probe in asked if probe} <= names, identity


def test_the_worker_is_probed_at_its_own_port_and_not_at_the_control_api(helm: str) -> None:
    worker = "Deployment/durably-worker spec template spec containers worker"
    objects = render(helm)
    assert look(objects, f"{worker} ports") == [{"name": "probes", "containerPort": 8082}]
    for kind in ("livenessProbe", "readinessProbe", "startupProbe"):
        assert look(objects, f"{worker} {kind} httpGet port") == "probes"


def test_liveness_never_asks_what_readiness_asks(helm: str) -> None:
    """A pod is not killed for what it depends on."""
    for name in ("api", "worker"):
        place = f"Deployment/durably-{name} spec template spec containers {name}"
        assert look(render(helm), f"{place} livenessProbe httpGet path") == "/livez"
        assert look(render(helm), f"{place} readinessProbe httpGet path") == "/readyz"


@pytest.mark.parametrize(("pre_stop", "grace"), [(3, 25), (0, 0), (30, 600)])
def test_kubernetes_waits_longer_than_a_stopping_pod_takes(pre_stop: int, grace: int, helm: str) -> None:
    values = {"worker.preStopSeconds": pre_stop, "worker.shutdownGraceSeconds": grace}
    values |= {"api.shutdownDelaySeconds": pre_stop, "api.shutdownGraceSeconds": max(1, grace)}
    objects = render(helm, values)
    for name in ("api", "worker"):
        waits = look(objects, f"Deployment/durably-{name} spec template spec terminationGracePeriodSeconds")
        assert waits > pre_stop + grace + 3, name
    hook = look(objects, "Deployment/durably-worker spec template spec containers worker lifecycle")
    assert (hook is None) == (pre_stop == 0)


def test_a_sidecar_that_is_not_native_outlives_its_application(helm: str) -> None:
    objects = render(helm, {"dapr.sidecar.native": False})
    for name, seconds in (("api", 15), ("worker", 25)):
        pod = f"Deployment/durably-{name} spec template"
        blocked = int(look(objects, f"{pod} metadata annotations dapr.io/block-shutdown-duration").removesuffix("s"))
        assert seconds < blocked < look(objects, f"{pod} spec terminationGracePeriodSeconds")


def test_the_two_with_sidecars_have_app_ids_of_their_own_and_only_the_worker_is_called(helm: str) -> None:
    objects = render(helm)
    found = {identity: pod["metadata"].get("annotations", {}) for identity, pod in pod_templates(objects)}
    injected = {identity: notes["dapr.io/app-id"] for identity, notes in found.items() if "dapr.io/enabled" in notes}
    assert injected == {"Deployment/durably-api": "durably-api", "Deployment/durably-worker": "durably"}
    assert found["Deployment/durably-worker"]["dapr.io/app-port"] == "8081"
    assert "dapr.io/app-port" not in found["Deployment/durably-api"]
    for identity in injected:
        assert f"Configuration/{found[identity]['dapr.io/config']}" in objects


@pytest.mark.parametrize(
    ("component", "settings"), [("api", ApiSettings), ("worker", WorkerSettings)], ids=["api", "worker"]
)
def test_a_process_understands_every_variable_that_it_is_given(
    component: str, settings: Any, helm: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    values = {**EVERYTHING, "worker.maxActivities": 7, "worker.activityDelaySeconds": {"assign_task": 0.5}}
    place = f"Deployment/durably-{component} spec template spec containers {component} env"
    env = look(render(helm, values), place)
    given = {variable["name"]: variable["value"] for variable in env if "value" in variable}
    assert given.keys() <= {name for field in settings.model_fields for name in variables(settings, field)}
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    if component == "api":
        keys = base64.b64decode(look(render(helm, values), "Secret/durably-api-keys data keys.json"))
        (tmp_path / "keys.json").write_bytes(keys)
        monkeypatch.setenv("DURABLY_API_KEYS_FILE", str(tmp_path / "keys.json"))
    settings()
