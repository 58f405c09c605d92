"""Every value does what its comment says, and nothing else is taken."""

from collections.abc import Callable
from typing import Any, Final

import pytest

from charts.reference.declarations import Value, declarations
from tests.chart.cases import CASES, KEY, OIDC, Case
from tests.chart.rendering import EVERYTHING, RefusedError, look, render


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path)
def test_setting_a_value_shows_where_it_should_and_only_then(case: Case, helm: str) -> None:
    without = {path: value for path, value in case.besides.items() if path != case.path}
    before = look(_rendered_if_possible(helm, without), case.where)
    after = look(render(helm, {**case.besides, case.path: case.given}), case.where)
    assert after == case.shown
    assert before != case.shown


def _rendered_if_possible(helm: str, values: dict[str, Any]) -> Any:
    """What is there without the value; where it must be set, what is there by default."""
    try:
        return render(helm, values)
    except RefusedError:
        return render(helm)


def test_without_the_check_it_renders_where_there_is_no_dapr(helm: str) -> None:
    with pytest.raises(RefusedError, match=r"needs Dapr 1\.18\.0 or newer on the cluster, and there is none"):
        render(helm, {}, "--api-versions", "v1")
    assert "Deployment/durably-worker" in render(helm, {"dapr.check": False}, "--api-versions", "v1")


def test_the_refusal_names_the_oldest_dapr_and_where_to_get_it(helm: str) -> None:
    with pytest.raises(RefusedError, match=r"needs Dapr 1\.19\.2 or newer.*\(see https://docs\.dapr\.io/"):
        render(helm, {"dapr.minVersion": "1.19.2"}, "--api-versions", "v1")


def test_redis_is_told_how_much_memory_it_may_fill_and_never_to_evict(helm: str) -> None:
    place = "StatefulSet/durably-redis spec template spec containers redis args 0"
    assert "--maxmemory 400mb " in look(render(helm, {"redis.maxmemory": "400mb"}), place)
    default = look(render(helm), place)
    assert "--maxmemory 700mb " in default
    assert "--maxmemory " not in look(render(helm, {"redis.maxmemory": ""}), place)
    assert "--maxmemory-policy noeviction" in default
    assert "--appendonly yes --appendfsync always" in default


def test_every_object_gets_the_labels_that_all_get(helm: str) -> None:
    objects = render(helm, {**EVERYTHING, "commonLabels": {"team": "a"}})
    assert [name for name, found in objects.items() if found["metadata"]["labels"].get("team") != "a"] == []


def test_another_app_id_is_the_same_one_everywhere(helm: str) -> None:
    objects = render(helm, {"worker.appId": "other", "api.appId": "edge"})
    assert look(objects, "Component/statestore scopes") == ["other"]
    assert look(objects, "Component/notifications scopes") == ["other"]
    assert look(objects, "Resiliency/durably scopes") == ["other", "edge"]
    assert look(objects, "Resiliency/durably spec targets apps") == {"other": {"retry": "worker"}}
    assert look(objects, "Configuration/durably-worker spec accessControl policies 0 appId") == "edge"
    api = "Deployment/durably-api spec template spec containers api env DURABLY_API_WORKER_APP_ID value"
    assert look(objects, api) == "other"


CONTRADICTIONS: Final = (
    ({**EVERYTHING, "worker.autoscaling.enabled": True}, "two autoscalers would fight"),
    ({"worker.keda.enabled": True}, "worker.keda.prometheusAddress is empty"),
    ({"api.auth.mode": "oidc"}, r"api\.auth\.oidc\.issuer is empty"),
    ({"api.auth.mode": "keys+oidc", "api.auth.oidc.issuer": "https://a.b"}, r"api\.auth\.oidc\.audience is empty"),
    ({"api.auth.key": KEY, "api.auth.existingSecret": "own"}, "are both set"),
    ({**OIDC, "gate.enabled": True}, r"with api\.auth\.mode=oidc the chart has no key for it.* gate\.existingSecret="),
    ({"redis.enabled": False}, "stateStore.redis.host is empty"),
    ({"stateStore.type": "state.postgresql"}, "redis.enabled is true"),
    ({"stateStore.redis.host": "redis.example.org:6379"}, "redis.enabled is true"),
    ({"stateStore.redis.tls": True}, r"stateStore\.redis\.tls cannot be had with the bundled Redis"),
    ({"stateStore.redis.existingSecret": "own"}, r"redis\.existingSecret cannot be had .* set redis\.enabled=false"),
    (
        {"stateStore.redis": {"tls": True, "existingSecretKey": "own"}},
        r"stateStore\.redis\.tls, stateStore\.redis\.existingSecretKey cannot be had",
    ),
    ({"sandbox.enabled": False}, "say where notifications go"),
    ({"monitoring.rules.enabled": True, "monitoring.rules.overrides": {"No": {"for": "1m"}}}, "there is no such alert"),
)


@pytest.mark.parametrize(("values", "sentence"), CONTRADICTIONS, ids=[sentence for _, sentence in CONTRADICTIONS])
def test_values_that_contradict_each_other_are_refused_with_a_sentence(
    values: dict[str, Any], sentence: str, helm: str
) -> None:
    with pytest.raises(RefusedError, match=sentence):
        render(helm, values)


TESTED_APART: Final[dict[str, Callable[..., None]]] = {
    "dapr.check": test_without_the_check_it_renders_where_there_is_no_dapr,
    "dapr.minVersion": test_the_refusal_names_the_oldest_dapr_and_where_to_get_it,
    "redis.maxmemory": test_redis_is_told_how_much_memory_it_may_fill_and_never_to_evict,
}
ON_A_CLUSTER: Final = {"dapr.namespace"}
"""Read by a look-up, which finds something on a cluster only; tests/chart/test_lookups.py."""


def test_every_value_is_tested() -> None:
    declared = {found.path for found in declarations() if isinstance(found, Value)}
    assert {case.path for case in CASES} | TESTED_APART.keys() | ON_A_CLUSTER == declared
