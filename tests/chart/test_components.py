"""The Dapr resources for running without Kubernetes, in components/ and beside it, are those that the chart renders."""

from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from tests.chart.rendering import render

ROOT: Final = Path(__file__).parents[2]
COMPONENTS: Final = ROOT / "components"
NAMES: Final = sorted(path.name for path in COMPONENTS.glob("*.yaml"))
PLACES: Final = {"redisHost", "redisPassword", "url"}
"""Metadata that says where something is, and how to get in: that differs from machine to cluster."""

ONE_FOR_EACH: Final = {"Configuration"}
"""The chart has one for each application, as it says who may call it; without Kubernetes one file does for both."""

ONLY_ON_KUBERNETES: Final = {"accessControl"}
"""Access policies speak of identities, and self-hosted Dapr without mTLS has none. There the control API is on loopback
like everything else."""


def comparable(found: dict[str, Any]) -> dict[str, Any]:
    """A resource without what must differ.

    Labels and the secret store are Kubernetes'. So is the time that a component gets at the start: on a cluster Redis
    may start along with the worker, on one machine it is there first.
    """
    spec = {key: value for key, value in found["spec"].items() if key not in {"initTimeout", "metadata"}}
    metadata = {item["name"]: item.get("value") for item in found["spec"].get("metadata", ())}
    return {
        "kind": found["kind"],
        "name": found["metadata"]["name"],
        "scopes": sorted(found["scopes"]),
        "spec": spec,
        "metadata": {name: "a place" if name in PLACES else value for name, value in metadata.items()},
    }


def identities(resources: list[dict[str, Any]]) -> list[str]:
    """The kinds and names of resources."""
    return sorted(f"{found['kind']}/{found['metadata']['name']}" for found in resources)


def test_each_has_its_twin_and_none_is_left_over(helm: str) -> None:
    own = [yaml.safe_load((COMPONENTS / name).read_text()) for name in NAMES]
    objects = render(helm).values()
    daprs = [found for found in objects if found["apiVersion"] == "dapr.io/v1alpha1"]
    assert {found["kind"] for found in daprs} - {found["kind"] for found in own} == ONE_FOR_EACH
    assert identities(own) == identities([found for found in daprs if found["kind"] not in ONE_FOR_EACH])


@pytest.mark.parametrize("name", NAMES)
def test_what_they_say_is_the_same_but_for_places_and_secrets(name: str, helm: str) -> None:
    own = yaml.safe_load((COMPONENTS / name).read_text())
    twin = render(helm)[f"{own['kind']}/{own['metadata']['name']}"]
    assert comparable(own) == comparable(twin)


@pytest.mark.parametrize("application", ["worker", "api"])
def test_sidecars_without_kubernetes_are_configured_like_those_of_the_chart(application: str, helm: str) -> None:
    common = yaml.safe_load((ROOT / "dapr.yaml").read_text())["common"]
    own = yaml.safe_load((ROOT / common["configFilePath"]).read_text())
    twin = render(helm)[f"Configuration/durably-{application}"]["spec"]
    assert (ROOT / common["resourcesPath"]).resolve() == COMPONENTS
    assert own["kind"] == "Configuration"
    assert own["spec"] == {key: value for key, value in twin.items() if key not in ONLY_ON_KUBERNETES}
    assert twin.keys() - own["spec"].keys() == ONLY_ON_KUBERNETES


def test_on_kubernetes_the_password_is_in_a_secret_alone(helm: str) -> None:
    objects = render(helm, {"redis.password": "hunter2-hunter2"})
    (password,) = [m for m in objects["Component/statestore"]["spec"]["metadata"] if m["name"] == "redisPassword"]
    assert password == {"name": "redisPassword", "secretKeyRef": {"name": "durably-redis", "key": "password"}}
    assert [name for name, found in objects.items() if "hunter2" in str(found)] == []
