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
