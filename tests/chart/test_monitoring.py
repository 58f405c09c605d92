"""What the chart tells the Prometheus operator and Grafana, against the rest of what it installs."""

import json
from typing import Any, Final

import pytest

from tests.chart.rendering import CHART, Objects, look, pod_templates, render
from tests.monitoring.queries import alerts, dashboard, grouping, panels
from tests.monitoring.sites import PORTS, labels_of

MONITORS: Final = ("PodMonitor/durably-processes", "PodMonitor/durably-sidecars")
INJECTED: Final = {"daprd": {"dapr-metrics"}}
"""What the injector adds to a pod: a container and its ports."""


@pytest.fixture
def objects(helm: str) -> Objects:
    names = ("podMonitors", "rules", "dashboards")
    return render(helm, {f"monitoring.{name}.enabled": True for name in names})


def test_the_monitors_scrape_each_process_and_each_sidecar_once(objects: Objects) -> None:
    scraped = [
        (component, container, port)
        for name in MONITORS
        for component, container, port in _ports(objects, look(objects, f"{name} spec"))
    ]

    assert sorted(scraped) == [
        ("api", "api", "metrics"),
        ("api", "daprd", "dapr-metrics"),
        ("worker", "daprd", "dapr-metrics"),
        ("worker", "worker", "probes"),
    ]


def test_the_monitors_scrape_the_paths_that_the_query_tests_scrape(objects: Objects) -> None:
    endpoints = [e for name in MONITORS for e in look(objects, f"{name} spec podMetricsEndpoints")]

    assert {endpoint["port"]: endpoint["path"] for endpoint in endpoints} == PORTS


def test_the_labels_of_the_query_tests_are_those_that_the_operator_makes_of_the_monitors(objects: Objects) -> None:
    by_the_operator = {"job", "namespace", "pod", "container", "endpoint"}
    for name in MONITORS:
        carried = {label.translate(_AS_LABEL) for label in look(objects, f"{name} spec podTargetLabels")}
        port = look(objects, f"{name} spec podMetricsEndpoints 0 port")
        labels = labels_of(pod="p", container="c", component="worker", port=port)

        assert labels.keys() == by_the_operator | carried
        assert labels["job"] == f"durably/{name.partition('/')[2]}"


def test_pods_carry_the_labels_that_the_queries_group_by(objects: Objects) -> None:
    wanted = look(objects, f"{MONITORS[0]} spec podTargetLabels")

    for component in ("api", "worker"):
        labels = look(objects, f"Deployment/durably-{component} spec template metadata labels")
        assert [labels[label] for label in wanted] == ["durably", "durably", component]


def test_every_alert_keeps_releases_apart() -> None:
    """By the release's name, or by the pod, which belongs to one release."""
    for alert in alerts():
        by = grouping(alert.expression)
        assert "namespace" in by, alert.name
        assert by & {"app_kubernetes_io_instance", "pod"}, alert.name


def test_every_query_of_the_dashboard_keeps_to_the_namespace_and_the_release_that_were_chosen() -> None:
    for panel in panels():
        assert 'namespace="$namespace", app_kubernetes_io_instance="$release"' in panel.expression, panel.title


def test_the_dashboard_is_in_a_config_map_that_grafana_looks_for(objects: Objects) -> None:
    config_map = objects["ConfigMap/durably-dashboard"]

    assert config_map["metadata"]["labels"]["grafana_dashboard"] == "1"
    text = config_map["data"]["durably.json"]
    assert text.strip() == (CHART / "dashboards" / "durably.json").read_text(encoding="utf-8").strip()


def test_the_panels_of_the_dashboard_neither_overlap_nor_share_an_id() -> None:
    document = dashboard()
    taken: set[tuple[int, int]] = set()
    for panel in document["panels"]:
        place = panel["gridPos"]
        cells = {
            (x, y)
            for x in range(place["x"], place["x"] + place["w"])
            for y in range(place["y"], place["y"] + place["h"])
        }
        assert place["x"] + place["w"] <= 24
        assert not cells & taken, panel["title"]
        taken |= cells
    ids = [panel["id"] for panel in document["panels"]]
    assert len(ids) == len(set(ids))


def test_the_dashboard_is_bound_to_no_data_source_of_ours() -> None:
    for panel in dashboard()["panels"]:
        for bound in [panel, *panel.get("targets", ())]:
            assert json.dumps(bound.get("datasource", {"uid": "${datasource}"})).count("${datasource}") == 1


_AS_LABEL: Final = str.maketrans("./-", "___")


def _ports(objects: Objects, monitor: dict[str, Any]) -> list[tuple[str, str, str]]:
    """The component, container and name of every port that a monitor selects."""
    wanted = {endpoint["port"] for endpoint in monitor["podMetricsEndpoints"]}
    return [
        (template["metadata"]["labels"]["app.kubernetes.io/component"], container, port)
        for _, template in pod_templates(objects)
        if _selected(template["metadata"].get("labels", {}), monitor["selector"])
        for container, ports in _containers(template).items()
        for port in sorted(ports & wanted)
    ]


def _selected(labels: dict[str, str], selector: dict[str, Any]) -> bool:
    return selector["matchLabels"].items() <= labels.items() and all(
        labels.get(expression["key"]) in expression["values"] for expression in selector["matchExpressions"]
    )


def _containers(template: dict[str, Any]) -> dict[str, set[str]]:
    own = {c["name"]: {port["name"] for port in c.get("ports", ())} for c in template["spec"]["containers"]}
    injected = template["metadata"].get("annotations", {}).get("dapr.io/enabled") == "true"
    return own | (INJECTED if injected else {})
