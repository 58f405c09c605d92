"""What is rendered is what an API server takes; the same with both Helms, and every time."""

import copy
from typing import Any, Final

import pytest
import yaml

from tests.chart.offline import faults
from tests.chart.rendering import (
    CHART,
    DAPR,
    EVERYTHING,
    HELMS,
    KUBERNETES,
    forget,
    look,
    pod_templates,
    render,
    rendered,
    run,
)

FILES: Final = ("values-kind.yaml", "values-dev.yaml")
OTHERWISE: Final[dict[str, Any]] = {
    "redis.enabled": False,
    "stateStore.redis": {"host": "redis.example.org:6379", "tls": True, "existingSecret": "own"},
    "stateStore.metadata": [{"name": "maxRetries", "value": 3}],
    "sandbox.enabled": False,
    "notifications.url": "https://example.org/hook",
    "notifications.metadata": [{"name": "Authorization", "secretKeyRef": {"name": "hook", "key": "token"}}],
    "worker.autoscaling.enabled": True,
    "gate.enabled": True,
    "gate.onRollback": True,
    "gate.whenUnreachable": "pass",
    "gate.retired": ["letters"],
    "gate.existingSecret": "viewer",
    "worker.activityDelaySeconds": {"assign_task": 0.5},
    "worker.extraVolumes": [{"name": "v", "emptyDir": {}}],
    "worker.extraVolumeMounts": [{"name": "v", "mountPath": "/v"}],
    "worker.podAnnotations": {"a": "b"},
    "worker.podDisruptionBudget.maxUnavailable": "50%",
    "api.service": {"type": "NodePort", "nodePort": 30001, "annotations": {"a": "b"}},
    "api.auth": {
        "mode": "oidc",
        "oidc": {"issuer": "https://i.example.org", "audience": "a", "roles": {"x": ["viewer"]}},
    },
    "api.priorityClassName": "high",
    "api.topologySpreadConstraints": [{"maxSkew": 2, "topologyKey": "rack", "whenUnsatisfiable": "DoNotSchedule"}],
    "dapr.sidecar.native": False,
    "networkPolicy.apiFrom": [{"podSelector": {"matchLabels": {"app": "edge"}}}],
    "image.registry": "registry.example.org",
    "image.pullSecrets": [{"name": "pull"}],
    "commonLabels": {"team": "a"},
    "monitoring.rules.enabled": True,
    "monitoring.rules.overrides": {"DurablyNoWorker": {"enabled": False}},
}
"""The turns that EVERYTHING does not take."""


@pytest.mark.parametrize("kubernetes", ["1.29", "1.37"])
@pytest.mark.parametrize("values", [{}, EVERYTHING, OTHERWISE], ids=["default", "everything", "otherwise"])
def test_every_object_fits_its_schema(values: dict[str, Any], kubernetes: str, helm: str) -> None:
    objects = render(helm, values)
    assert [fault for found in objects.values() for fault in faults(found, kubernetes)] == []


@pytest.mark.parametrize(
    "where",
    [
        "Deployment/durably-api spec template spec containers api",
        "StatefulSet/durably-redis spec",
        "NetworkPolicy/durably-worker spec ingress 0",
        "Component/statestore spec",
        "Configuration/durably-worker spec accessControl",
        "PodMonitor/durably-processes spec podMetricsEndpoints 0",
        "PrometheusRule/durably spec groups 0",
        "ScaledObject/durably-worker spec",
        "Resiliency/durably spec targets",
    ],
)
def test_a_field_that_there_is_not_would_be_noticed(where: str) -> None:
    if not HELMS:
        pytest.skip("not on PATH: helm")
    objects = copy.deepcopy(render(HELMS[0], EVERYTHING))
    look(objects, where)["nonsense"] = {}
    identity = where.split(maxsplit=1)[0]
    assert len(faults(objects[identity], "1.29")) == 1


@pytest.mark.parametrize("files", [(), FILES[:1], FILES], ids=["default", "kind", "dev"])
def test_lint_has_nothing_to_say(files: tuple[str, ...], helm: str) -> None:
    options = [f"--values={CHART / name}" for name in files]
    told = run(helm, "lint", "--strict", str(CHART), *KUBERNETES, *options)
    assert "1 chart(s) linted, 0 chart(s) failed" in told
    assert "[WARNING]" not in told


@pytest.mark.parametrize("count", [1, 2], ids=FILES)
def test_the_values_files_render(count: int, helm: str) -> None:
    files = [f"--values={CHART / name}" for name in FILES[:count]]
    objects = render(helm, {}, "--api-versions", DAPR, *files)
    assert look(objects, "Service/durably-api spec ports http nodePort") == 30080
    assert look(objects, "Deployment/durably-worker spec replicas") == (2 if count == 1 else 1)
    assert [fault for found in objects.values() for fault in faults(found, "1.37")] == []


def test_rendering_twice_gives_the_same(helm: str) -> None:
    assert _anew(helm, EVERYTHING) == _anew(helm, EVERYTHING)


def test_only_the_password_and_the_key_that_are_made_are_others_every_time(helm: str) -> None:
    one, two = _anew(helm, {}), _anew(helm, {})
    differing = {line.split(":")[0].strip() for line in set(one.splitlines()) ^ set(two.splitlines())}
    assert differing == {"password", "key", "keys.json"}


def _anew(helm: str, values: dict[str, Any]) -> str:
    """Rendered once more: the cache is for those who only want to look."""
    forget()
    return rendered(helm, values)


@pytest.mark.skipif(len(HELMS) < 2, reason="needs Helm 4 as `helm` and Helm 3 as `helm3` on PATH")
@pytest.mark.parametrize("values", [EVERYTHING, OTHERWISE], ids=["everything", "otherwise"])
def test_both_helms_render_the_same(values: dict[str, Any]) -> None:
    assert render(HELMS[0], values) == render(HELMS[1], values)


def test_names_stay_within_what_kubernetes_takes(helm: str) -> None:
    objects = render(helm, {**EVERYTHING, "fullnameOverride": "a" * 40})
    assert [name for name in objects if len(name.split("/")[1]) > 63] == []


def test_a_release_of_another_name_is_a_prefix_of_every_object_but_the_components(helm: str) -> None:
    text = run(helm, "template", "eu", str(CHART), *KUBERNETES, "--api-versions", DAPR)
    names = {found["metadata"]["name"] for found in yaml.safe_load_all(text) if found}
    assert {name for name in names if not name.startswith("eu-durably")} == {"statestore", "notifications"}


@pytest.mark.parametrize("component", ["api", "worker"])
def test_a_pod_knows_its_name_and_its_namespace(component: str, helm: str) -> None:
    (container,) = render(helm)[f"Deployment/durably-{component}"]["spec"]["template"]["spec"]["containers"]
    told = {
        each["name"]: each["valueFrom"]["fieldRef"]["fieldPath"] for each in container["env"] if "valueFrom" in each
    }
    assert told == {"POD_NAME": "metadata.name", "POD_NAMESPACE": "metadata.namespace"}


def test_a_worker_says_the_tag_of_its_image_as_the_version_of_its_code(helm: str) -> None:
    objects = render(helm, {"worker.image.tag": "2026-11-23"})
    env = objects["Deployment/durably-worker"]["spec"]["template"]["spec"]["containers"][0]["env"]
    assert {"name": "DURABLY_WORKER_CODE_VERSION", "value": "2026-11-23"} in env


def test_helm_test_runs_a_task_through_the_service(helm: str) -> None:
    pod = "Pod/durably-test"
    objects = render(helm, {"api.service.port": 81})
    assert look(objects, f"{pod} metadata annotations helm.sh/hook") == "test"
    assert look(objects, f"{pod} spec containers test env API_URL value") == "http://durably-api.durably.svc:81"
    assert "/tasks/process" in look(objects, f"{pod} spec containers test args 0")


def test_everything_covers_every_template(helm: str) -> None:
    """What EVERYTHING and OTHERWISE do not render, no test above would see."""
    seen = {
        line.removeprefix("# Source: durably/")
        for values in (EVERYTHING, OTHERWISE)
        for line in rendered(helm, values).splitlines()
        if line.startswith("# Source: ")
    }
    templates = {str(path.relative_to(CHART)) for path in (CHART / "templates").rglob("*.yaml")}
    assert templates - seen == {"templates/preflight.yaml"}
    assert list(pod_templates(render(helm)))
