"""What the chart does by what it finds on the cluster. tests/e2e/test_chart_on_cluster.py asks a real one."""

import base64
from typing import Any, Final

import pytest

from tests.chart.apiserver import apiserver
from tests.chart.cases import KEY
from tests.chart.rendering import DAPR, Objects, RefusedError, forget, look, render

OPERATOR: Final = "/apis/apps/v1/namespaces/{}/deployments/dapr-operator"
GENERATED: Final = "Secret/durably-redis data password"


def operator(label: str, tag: str = "1.18.2") -> dict[str, Any]:
    """Dapr's operator of a version."""
    labels = {"app.kubernetes.io/version": label} if label else {}
    containers = [{"name": "dapr-operator", "image": f"registry.example.org:5000/dapr/operator:{tag}"}]
    return {
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "dapr-operator", "labels": labels},
        "spec": {"template": {"spec": {"containers": containers}}},
    }


def on(helm: str, objects: dict[str, Any], values: dict[str, Any] | None = None) -> Objects:
    """What is rendered for a cluster that has these objects."""
    with apiserver(objects) as address:
        forget()
        options = ("--dry-run=server", "--disable-openapi-validation", "--kube-apiserver", address)
        return render(helm, values, *options, "--api-versions", DAPR)


@pytest.mark.parametrize(
    ("label", "tag"), [("1.14.0", "latest"), ("", "1.17.9"), ("1.17.9-rc.1", "edge"), ("edge", "1.4.2-mariner")]
)
def test_a_dapr_that_is_too_old_is_refused_by_its_version(label: str, tag: str, helm: str) -> None:
    with pytest.raises(RefusedError, match=r"needs Dapr 1\.18\.0 or newer; the cluster has 1\.(14|17|4)\.") as told:
        on(helm, {OPERATOR.format("dapr-system"): operator(label, tag)})
    assert "Upgrade Dapr first (see https://docs.dapr.io/" in str(told.value)


@pytest.mark.parametrize(("label", "tag"), [("1.18.0", "x"), ("1.18.0-rc.1", "x"), ("", "1.20.1"), ("edge", "nightly")])
def test_a_dapr_that_is_new_enough_or_does_not_tell_is_taken(label: str, tag: str, helm: str) -> None:
    assert "Deployment/durably-worker" in on(helm, {OPERATOR.format("dapr-system"): operator(label, tag)})


def test_dapr_is_looked_for_where_it_is_said_to_be(helm: str) -> None:
    old = {OPERATOR.format("dapr-old"): operator("1.14.0")}
    assert on(helm, old)
    with pytest.raises(RefusedError, match=r"the cluster has 1\.14\.0 in namespace dapr-old"):
        on(helm, old, {"dapr.namespace": "dapr-old"})


def test_an_upgrade_keeps_the_password_that_it_finds_unless_it_is_given_one(helm: str) -> None:
    kept = base64.b64encode(b"kept").decode()
    owner = {"meta.helm.sh/release-name": "durably", "meta.helm.sh/release-namespace": "durably"}
    labels = {"app.kubernetes.io/managed-by": "Helm"}
    metadata = {"name": "durably-redis", "labels": labels, "annotations": owner}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": {"password": kept}}
    found = {"/api/v1/namespaces/durably/secrets/durably-redis": secret}
    assert look(on(helm, found), GENERATED) == kept
    assert look(on(helm, found, {"redis.password": "given"}), GENERATED) == base64.b64encode(b"given").decode()


def test_an_upgrade_keeps_the_key_and_the_entries_that_it_finds_unless_it_is_given_a_key(helm: str) -> None:
    owned = {"meta.helm.sh/release-name": "durably", "meta.helm.sh/release-namespace": "durably"}
    metadata = {"name": "durably-api-keys", "labels": {"app.kubernetes.io/managed-by": "Helm"}, "annotations": owned}
    kept = {"key": base64.b64encode(b"kept").decode(), "keys.json": base64.b64encode(b"[more]").decode()}
    secret = {"apiVersion": "v1", "kind": "Secret", "metadata": metadata, "data": kept}
    found = {"/api/v1/namespaces/durably/secrets/durably-api-keys": secret}

    assert look(on(helm, found), "Secret/durably-api-keys data") == kept
    given = look(on(helm, found, {"api.auth.key": KEY}), "Secret/durably-api-keys data")
    assert given["key"] == base64.b64encode(KEY.encode()).decode()
    assert given["keys.json"] != kept["keys.json"]


def test_a_cluster_whose_dapr_is_gone_and_left_its_types_behind_is_refused(helm: str) -> None:
    cluster = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system"}}
    with pytest.raises(RefusedError, match="there is no dapr-operator in namespace dapr-system"):
        on(helm, {"/api/v1/namespaces/kube-system": cluster})


def redis(when_deleted: str) -> dict[str, Any]:
    """The StatefulSets of a namespace in which the chart was installed before."""
    labels = {"app.kubernetes.io/instance": "durably", "app.kubernetes.io/component": "redis"}
    item = {
        "apiVersion": "apps/v1",
        "kind": "StatefulSet",
        "metadata": {"name": "durably-redis", "labels": labels},
        "spec": {"persistentVolumeClaimRetentionPolicy": {"whenDeleted": when_deleted, "whenScaled": "Retain"}},
    }
    found = {"apiVersion": "apps/v1", "kind": "StatefulSetList", "metadata": {}, "items": [item]}
    return {"/apis/apps/v1/namespaces/durably/statefulsets": found}


@pytest.mark.parametrize(
    "values",
    [{"fullnameOverride": "wf"}, {"redis.enabled": False, "stateStore.redis.host": "redis.example.org:6379"}],
    ids=["renamed", "switched off"],
)
def test_a_change_that_would_delete_every_history_is_refused_unless_the_volume_is_kept(
    values: dict[str, Any], helm: str
) -> None:
    with pytest.raises(RefusedError, match="removes the StatefulSet durably-redis, and its volume with every history"):
        on(helm, redis("Delete"), values)
    assert on(helm, redis("Retain"), values)


PLACES: Final = {
    "Component": "/apis/dapr.io/v1alpha1/namespaces/durably/components/{}",
    "Deployment": "/apis/apps/v1/namespaces/durably/deployments",
}


def component(name: str, **metadata: Any) -> dict[str, Any]:
    """A Dapr component that the namespace has."""
    found = {"apiVersion": DAPR, "kind": "Component", "metadata": {"name": name, **metadata}, "spec": {}}
    return {PLACES["Component"].format(name): found}


def deployment(app_id: str, **metadata: Any) -> dict[str, Any]:
    """The Deployments of a namespace: one with a sidecar of an app-id, and one without any."""
    items = [
        {"metadata": {"name": "theirs", **metadata}, "spec": {"template": {"metadata": {"annotations": annotations}}}}
        for annotations in ({"dapr.io/app-id": app_id}, {"team": "a"})
    ]
    items.append({"metadata": {"name": "bare"}, "spec": {"template": {"metadata": {}}}})
    return {PLACES["Deployment"]: {"apiVersion": "apps/v1", "kind": "DeploymentList", "metadata": {}, "items": items}}


def by(release: str) -> dict[str, Any]:
    """The metadata by which Helm knows whose an object is."""
    owner = {"meta.helm.sh/release-name": release, "meta.helm.sh/release-namespace": "durably"}
    return {"annotations": owner, "labels": {"app.kubernetes.io/managed-by": "Helm"}}


OTHER_NAMES: Final = {
    "stateStore.name": "second-store",
    "notifications.name": "second-notifications",
    "api.appId": "second-api",
    "worker.appId": "second",
}


@pytest.mark.parametrize("name", ["statestore", "notifications"])
def test_a_component_of_another_release_stops_the_install_and_says_how_to_have_two(name: str, helm: str) -> None:
    said = f"component {name} in namespace durably belongs to the release first.*a namespace of its own.*all four names"
    with pytest.raises(RefusedError, match=said) as refused:
        on(helm, component(name, **by("first")))
    assert [path for path in OTHER_NAMES if f"{path}=" not in str(refused.value)] == []


@pytest.mark.parametrize("app_id", ["durably", "durably-api"])
@pytest.mark.parametrize("metadata", [by("first"), {}], ids=["of another release", "of nobody"])
def test_an_app_id_that_another_deployment_has_stops_the_install(
    app_id: str, metadata: dict[str, Any], helm: str
) -> None:
    said = f"Deployment theirs in namespace durably has the Dapr app-id {app_id} already.*a namespace of its own"
    with pytest.raises(RefusedError, match=said):
        on(helm, deployment(app_id, **metadata))


def test_a_second_release_with_other_names_is_taken(helm: str) -> None:
    first = component("statestore", **by("first")) | component("notifications", **by("first"))
    objects = on(helm, first | deployment("durably", **by("first")), OTHER_NAMES)
    assert {"Component/second-store", "Component/second-notifications"} <= objects.keys()


def test_an_upgrade_finds_its_own_components_and_app_ids_and_goes_on(helm: str) -> None:
    own = component("statestore", **by("durably")) | component("notifications", **by("durably"))
    for metadata in (by("durably"), {"labels": {"app.kubernetes.io/instance": "durably"}}):
        assert "Component/statestore" in on(helm, own | deployment("durably", **metadata))
