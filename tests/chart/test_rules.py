"""The alerts as Prometheus' own tool tests them, and that each has a runbook."""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Final

import pytest
import yaml

from durably.contracts.diagnosis import Verdict
from tests.chart.rendering import CHART, Objects, look, render

RULES: Final = CHART / "rules" / "durably.yaml"
CASES: Final = sorted((Path(__file__).parent / "rules").glob("*.yaml"))
RUNBOOKS: Final = CHART.parents[1] / "docs" / "operations.md"
BASE: Final = "https://example.org/operations.md"

promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="not on PATH: promtool; apt-get install --no-install-recommends prometheus"
)


def groups() -> list[dict[str, Any]]:
    document: dict[str, Any] = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = document["groups"]
    return found


ALERTS: Final = {rule["alert"]: rule for group in groups() for rule in group["rules"]}


@promtool
def test_prometheus_takes_the_rules() -> None:
    _promtool("check", "rules", str(RULES))


@promtool
@pytest.mark.parametrize("case", CASES, ids=lambda path: path.stem)
def test_an_alert_fires_when_it_should_and_only_then(case: Path) -> None:
    _promtool("test", "rules", str(case))


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_is_tested_firing_and_silent(alert: str) -> None:
    checks = [
        check
        for case in CASES
        for test in yaml.safe_load(case.read_text(encoding="utf-8"))["tests"]
        for check in test["alert_rule_test"]
        if check["alertname"] == alert
    ]
    assert {bool(check["exp_alerts"]) for check in checks} == {True, False}


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_says_what_is_the_matter_and_where_its_runbook_is(alert: str) -> None:
    rule = ALERTS[alert]
    assert rule["labels"]["severity"] in {"warning", "critical"}
    assert rule["annotations"].keys() == {"summary", "description", "runbook_url"}
    assert rule["annotations"]["runbook_url"] == f"docs/operations.md#{alert.lower()}"
    assert alert in re.findall(r"^#+ (\w+)$", RUNBOOKS.read_text(encoding="utf-8"), re.MULTILINE)


def test_every_verdict_of_an_instance_that_does_not_go_on_is_reported() -> None:
    left_out = re.findall(r'verdict!~"([^"]+)"', ALERTS["DurablyInstancesUnhealthy"]["expr"])
    well = {verdict.value for verdict in Verdict if verdict.is_healthy}
    assert [set(names.split("|")) for names in left_out] == [well | {Verdict.FAILED.value}]


def test_the_chart_installs_the_rules_that_are_tested(helm: str) -> None:
    objects = render(helm, {"monitoring.rules.enabled": True})

    assert look(objects, "PrometheusRule/durably spec groups") == groups()


def test_the_chart_points_every_alert_at_the_runbook_that_it_is_told_of(helm: str) -> None:
    objects = render(helm, {"monitoring.rules.enabled": True, "monitoring.rules.runbookBaseUrl": BASE})

    rules = [rule for group in look(objects, "PrometheusRule/durably spec groups") for rule in group["rules"]]
    assert {r["alert"]: r["annotations"]["runbook_url"] for r in rules} == {a: f"{BASE}#{a.lower()}" for a in ALERTS}


def test_an_alert_can_be_left_out_or_changed_by_its_name(helm: str) -> None:
    overrides = {"DurablyApiFailing": {"enabled": False}, "DurablyNoWorker": {"for": "9m", "labels": {"team": "a"}}}
    objects = render(helm, {"monitoring.rules.enabled": True, "monitoring.rules.overrides": overrides})

    rules = {r["alert"]: r for group in look(objects, "PrometheusRule/durably spec groups") for r in group["rules"]}
    assert rules.keys() == ALERTS.keys() - {"DurablyApiFailing"}
    assert rules["DurablyNoWorker"]["for"] == "9m"
    assert rules["DurablyNoWorker"]["labels"] == {"severity": "critical", "team": "a"}
    assert rules["DurablyInstancesStuck"] == ALERTS["DurablyInstancesStuck"]


def without(helm: str, alerts: set[str]) -> Objects:
    """What is rendered when these alerts are switched off."""
    overrides = {alert: {"enabled": False} for alert in alerts}
    return render(helm, {"monitoring.rules.enabled": True, "monitoring.rules.overrides": overrides})


def test_a_group_of_which_every_alert_is_left_out_is_not_there(helm: str) -> None:
    first, *others = groups()
    objects = without(helm, {rule["alert"] for rule in first["rules"]})
    assert look(objects, "PrometheusRule/durably spec groups") == others


def test_without_any_alert_there_are_no_rules_at_all(helm: str) -> None:
    assert [name for name in without(helm, set(ALERTS)) if name.startswith("PrometheusRule/")] == []
    assert "PrometheusRule/durably" in without(helm, set(ALERTS) - {"DurablyNoWorker"})


def _promtool(*arguments: str) -> None:
    done = subprocess.run(["promtool", *arguments], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
