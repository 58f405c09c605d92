"""values.schema.json says what the values are, and Helm refuses everything else by the key's name."""

import json
from collections.abc import Iterator
from typing import Any, Final

import pytest

from charts.reference.declarations import CHART, Section, Value, declarations
from charts.reference.schema import schema, schema_text
from charts.reference.table import readme
from tests.chart.rendering import RefusedError, look, pod_templates, render

SCHEMA: Final[dict[str, Any]] = json.loads(schema_text())
VALUES: Final = [found for found in declarations() if isinstance(found, Value)]
SECTIONS: Final = [found.path for found in declarations() if isinstance(found, Section)]

OUT_OF_RANGE: Final[dict[str, tuple[Any, ...]]] = {
    "fullnameOverride": ("Big", "a_b", "a" * 41),
    "commonLabels": ({"a": 1}, {"app.kubernetes.io/name": "mine"}),
    "image.pullPolicy": ("Sometimes",),
    "image.pullSecrets": (["pull"], [{"nam": "pull"}]),
    "dapr.minVersion": ("1.18",),
    "dapr.sidecar.logLevel": ("INFO",),
    "dapr.sidecar.resources.requests.cpu": ("", "lots"),
    "dapr.sidecar.resources.limits.memory": ("1GB",),
    "api.appId": ("a.b", "", "a" * 59),
    "api.replicas": (-1, 1.5),
    "api.service.type": ("ExternalName",),
    "api.service.port": (0, 65536),
    "api.service.nodePort": (0,),
    "api.auth.mode": ("basic", "keys,oidc"),
    "api.auth.key": ("durably_short", "a" * 60),
    "api.auth.oidc.issuer": ("http://issuer.example.org", "issuer.example.org"),
    "api.auth.oidc.nameClaim": ("",),
    "api.auth.oidc.roles": ({"staff": "viewer"}, {"staff": ["admin"]}),
    "api.rateLimit.perSecond": (-1,),
    "api.rateLimit.burst": (0, 0.5),
    "api.maxBodyBytes": (0, 524289),
    "api.shutdownGraceSeconds": (0, 3601),
    "api.resources.requests": ({"cpus": 1}, {"cpu": "fast"}),
    "api.extraEnv": ([{"value": "a"}], [{"name": "A", "value": 1}]),
    "worker.podAnnotations": ({"a": True}, {"dapr.io/app-id": "mine"}),
    "worker.extraVolumes": ([{"emptyDir": {}}],),
    "worker.tolerations": ([{"keys": "a"}], [{"effect": "Never"}]),
    "worker.affinity": ({"node": {}},),
    "worker.topologySpreadConstraints": ([{"maxSkew": 1}], [{"maxSkew": 0}]),
    "worker.shutdownGraceSeconds": (-1, 3601, 0.5),
    "worker.preStopSeconds": (-1, 301),
    "worker.maxActivities": (0,),
    "worker.censusIntervalSeconds": (-1, 86401),
    "worker.stuckAfterSeconds": (0, 2592001),
    "worker.dispatchLostAfterSeconds": (0, 86401),
    "worker.retentionSeconds": (-1, 0.5, 3153600001),
    "worker.activityDelaySeconds": ({"assign_task": -1}, {"assign_task": "5"}),
    "worker.logLevel": ("TRACE",),
    "worker.autoscaling.minReplicas": (0,),
    "worker.podDisruptionBudget.maxUnavailable": (-1, "half"),
    "worker.keda.minReplicas": (0,),
    "worker.keda.prometheusAddress": ("prometheus:9090",),
    "gate.whenUnreachable": ("ignore",),
    "gate.patienceSeconds": (-1, 3601),
    "gate.timeoutSeconds": (0, 86401),
    "gate.retired": ([""], [1]),
    "stateStore.name": ("",),
    "stateStore.type": ("redis",),
    "stateStore.version": ("2",),
    "stateStore.metadata": ([{"value": "a"}], [{"name": "a", "secretKeyRef": {"name": "s"}}]),
    "stateStore.redis.host": ("redis.example.org",),
    "redis.maxmemory": ("400 mb", "lots"),
    "redis.persistence.size": ("big",),
    "redis.persistence.whenUninstalled": ("Keep",),
    "notifications.url": ("example.org/hook",),
    "networkPolicy.apiFrom": ([{"pods": {}}],),
    "tracing.samplingRate": (-0.1, 1.1),
    "tracing.otlp.endpoint": ("collector:4317", "http://collector"),
    "monitoring.podMonitors.interval": ("30",),
    "monitoring.rules.runbookBaseUrl": ("docs",),
    "monitoring.rules.overrides": ({"DurablyNoWorker": {"severity": "page"}}, {"DurablyNoWorker": {"for": 5}}),
}
CHOSEN: Final = ("minimum", "maximum", "pattern", "enum", "minLength", "patternProperties", "required")


def refusal(helm: str, values: dict[str, Any]) -> str:
    """What Helm says to values that it does not take."""
    with pytest.raises(RefusedError) as refused:
        render(helm, values)
    return str(refused.value)


def named(path: str, message: str) -> bool:
    """Whether a message names the key: Helm writes it with slashes."""
    return f"'/{path.replace('.', '/')}" in message


def test_a_key_that_there_is_not_is_refused_by_name_at_every_level(helm: str) -> None:
    message = refusal(helm, {f"{path}.nonsense".removeprefix("."): 1 for path in SECTIONS})
    for path in SECTIONS:
        place = f"'/{path.replace('.', '/')}'" if path else "''"
        assert f"at {place}: additional properties 'nonsense' not allowed" in message


def test_a_value_of_another_type_is_refused_by_its_path(helm: str) -> None:
    message = refusal(helm, {value.path: [7] if not isinstance(value.default, list) else "text" for value in VALUES})
    assert [value.path for value in VALUES if not named(value.path, message)] == []


@pytest.mark.parametrize("turn", range(3))
def test_a_value_out_of_its_range_is_refused_by_its_path(turn: int, helm: str) -> None:
    """All at once, as Helm names all of them: first the first example of each, and so on."""
    wrong = {path: examples[turn] for path, examples in OUT_OF_RANGE.items() if turn < len(examples)}
    message = refusal(helm, wrong)
    assert [path for path in wrong if not named(path, message)] == []


def test_every_kind_of_limit_is_tried() -> None:
    """Each value whose schema sets limits is tried, or has the very same schema as one that is."""
    tried = {json.dumps(_limits(path), sort_keys=True) for path in OUT_OF_RANGE}
    limited = [value.path for value in VALUES if any(f'"{word}"' in json.dumps(_limits(value.path)) for word in CHOSEN)]
    assert [path for path in limited if json.dumps(_limits(path), sort_keys=True) not in tried] == []


def _limits(path: str) -> dict[str, Any]:
    found = look({"schema": SCHEMA}, "schema " + " ".join(f"properties {step}" for step in path.split(".")))
    return {key: value for key, value in found.items() if key not in {"description", "default"}}


def test_an_annotation_that_the_chart_sets_itself_cannot_be_given_a_second_time(helm: str) -> None:
    for native in (True, False):
        pods = pod_templates(render(helm, {"dapr.sidecar.native": native, "dapr.sidecar.resources.limits.cpu": 1}))
        ours = {name for _, pod in pods for name in pod["metadata"].get("annotations", {}) if "helm.sh" not in name}
        message = refusal(helm, {"worker.podAnnotations": dict.fromkeys(ours, "mine")})
        assert [name for name in ours if f"'/worker/podAnnotations/{name.replace('/', '~1')}'" not in message] == []


def test_a_chart_that_contains_this_one_may_set_globals(helm: str) -> None:
    assert render(helm, {"global.anything": {"at": "all"}})


def test_every_value_has_a_comment_and_a_schema_that_says_the_same() -> None:
    for value in VALUES:
        found = look({"schema": SCHEMA}, "schema " + " ".join(f"properties {step}" for step in value.path.split(".")))
        assert value.comment.endswith("."), value.path
        assert found["description"] == value.comment
        assert "type" in found


def test_a_value_without_a_comment_is_noticed() -> None:
    with pytest.raises(ValueError, match=r"api\.port has no comment"):
        list(declarations("api:\n  port: 1\n"))


def test_a_list_that_nobody_described_is_noticed() -> None:
    with pytest.raises(ValueError, match="has to say what hosts may be"):
        schema(declarations("hosts: [] # -- Hosts.\n"))


def _stale() -> Iterator[str]:
    if (CHART / "values.schema.json").read_text() != schema_text():
        yield "values.schema.json"
    if (text := (CHART / "README.md").read_text()) != readme(text):
        yield "README.md"


def test_the_schema_and_the_value_table_are_those_of_the_values() -> None:
    assert list(_stale()) == [], "run `make docs`"
