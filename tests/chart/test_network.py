"""Who may talk to whom, and that selectors select what they should."""

from typing import Any, Final

from tests.chart.rendering import EVERYTHING, Objects, look, pod_templates, render

SELECTED_BY: Final = "app.kubernetes.io/component"


def selected(objects: Objects, selector: dict[str, str]) -> list[str]:
    """What makes the pods that have these labels."""
    pods = [(identity, pod["metadata"]["labels"]) for identity, pod in pod_templates(objects)]
    return [identity for identity, labels in pods if selector.items() <= labels.items()]


def test_policies_services_and_budgets_select_their_own_pods_and_no_others(helm: str) -> None:
    objects = render(helm, EVERYTHING)
    for identity, found in objects.items():
        component = found["metadata"]["labels"][SELECTED_BY]
        owner = f"{'StatefulSet' if component == 'redis' else 'Deployment'}/durably-{component}"
        if found["kind"] == "NetworkPolicy":
            assert selected(objects, found["spec"]["podSelector"]["matchLabels"]) == [owner], identity
        elif found["kind"] in {"PodDisruptionBudget", "Deployment", "StatefulSet"}:
            assert selected(objects, found["spec"]["selector"]["matchLabels"]) == [owner], identity
        elif found["kind"] == "Service":
            assert selected(objects, found["spec"]["selector"]) == [owner], identity
            ports = {port["name"] for port in look(objects, f"{owner} spec template spec containers 0 ports")}
            assert {port["targetPort"] for port in found["spec"]["ports"]} <= ports, identity


def test_everything_with_histories_or_sidecars_has_a_policy(helm: str) -> None:
    policies = {name.split("/")[1] for name in render(helm) if name.startswith("NetworkPolicy/")}
    assert policies == {"durably-api", "durably-worker", "durably-redis"}


def admitted(objects: Objects, policy: str) -> dict[int, list[Any]]:
    """Who a policy lets in, by port: what makes the pods, or the peers as they stand."""
    found: dict[int, list[Any]] = {}
    for rule in look(objects, f"NetworkPolicy/{policy} spec ingress"):
        peers = rule.get("from", ["everybody"])
        selectors = [peer["podSelector"]["matchLabels"] for peer in peers if "podSelector" in peer]
        who = [name for selector in selectors for name in selected(objects, selector)] or peers
        for port in rule["ports"]:
            found.setdefault(port["port"], []).extend(who)
    return found


def test_only_those_who_must_can_reach_a_port(helm: str) -> None:
    objects = render(helm)
    everywhere = [{"namespaceSelector": {}}]
    assert admitted(objects, "durably-worker") == {
        50002: ["Deployment/durably-api", "Deployment/durably-worker"],
        8082: everywhere,
        9090: everywhere,
    }
    assert admitted(objects, "durably-redis") == {6379: ["Deployment/durably-worker"]}
    assert admitted(objects, "durably-api") == {8080: ["everybody"], 8082: everywhere, 9090: everywhere}


def test_only_the_customers_that_are_named_may_call_the_api_and_the_chart_s_own_test_and_gate(helm: str) -> None:
    customers = [{"podSelector": {"matchLabels": {"app": "shop"}}}]
    (rule, _) = look(render(helm, {"networkPolicy.apiFrom": customers}), "NetworkPolicy/durably-api spec ingress")
    (shop, *own) = rule["from"]
    assert shop == customers[0]
    assert [peer["podSelector"]["matchLabels"][SELECTED_BY] for peer in own] == ["test", "gate"]


def test_nobody_may_scrape_where_nobody_is_named(helm: str) -> None:
    objects = render(helm, {"networkPolicy.metricsFrom": []})
    assert set(admitted(objects, "durably-worker")) == {50002}
    assert set(admitted(objects, "durably-api")) == {8080}


def test_only_the_api_may_call_the_control_api_and_nobody_the_apis_sidecar(helm: str) -> None:
    objects = render(helm)
    control = look(objects, "Configuration/durably-worker spec accessControl")
    assert control["defaultAction"] == "deny"
    assert [(policy["appId"], policy["namespace"]) for policy in control["policies"]] == [("durably-api", "durably")]
    edge = look(objects, "Configuration/durably-api spec accessControl")
    assert (edge["defaultAction"], "policies" in edge) == ("deny", False)
