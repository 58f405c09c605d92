"""The queries of the dashboard and of the alerts, as the chart ships them."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

CHART: Final = Path(__file__).parents[2] / "charts" / "durably"
DASHBOARD: Final = CHART / "dashboards" / "durably.json"
RULES: Final = CHART / "rules" / "durably.yaml"

_METRIC: Final = r"\b(?:up|durably_\w+|dapr_\w+|process_\w+)\b"
_SELECTOR: Final = re.compile(_METRIC + r'(?:\{(?:"(?:[^"\\]|\\.)*"|[^}"])*\})?')
_GROUPING: Final = re.compile(r"\b(?:by|on)\s*\(([^)]*)\)")
_LEGEND: Final = re.compile(r"\{\{\s*(\w+)\s*\}\}")


@dataclass(frozen=True, slots=True)
class Panel:
    """One query of one panel.

    Args:
        title: The panel's title.
        kind: Its type, such as `timeseries`.
        unit: The unit of its values.
        expression: The query, with Grafana's variables in it.
        legend: How a series is called, with labels in double braces.
        place: Where the panel stands: x, y, width and height.
    """

    title: str
    kind: str
    unit: str
    expression: str
    legend: str
    place: tuple[int, int, int, int]

    def filled(self, values: Mapping[str, str]) -> str:
        """The query with values for the variables, as Grafana would send it."""
        return re.sub(r"\$(\w+)", lambda found: values[found[1]], self.expression)

    @property
    def legend_labels(self) -> frozenset[str]:
        """The labels that the legend is made of."""
        return frozenset(_LEGEND.findall(self.legend))

    def called(self, labels: Mapping[str, str]) -> str:
        """The name of one series."""
        return _LEGEND.sub(lambda found: labels.get(found[1], ""), self.legend)


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert."""

    name: str
    expression: str
    runbook: str

    def within(self, window: str) -> str:
        """The expression with another window, for a test that has no ten minutes."""
        return re.sub(r"\b\d+m\b", window, self.expression)


def selectors(expression: str) -> tuple[str, ...]:
    """What an expression reads: metrics with their matchers."""
    return tuple(_SELECTOR.findall(_GROUPING.sub("", expression)))


def grouping(expression: str) -> frozenset[str]:
    """The labels that an expression groups or joins by."""
    names = (name.strip() for found in _GROUPING.findall(expression) for name in found.split(","))
    return frozenset(name for name in names if name)


def dashboard() -> dict[str, Any]:
    """The dashboard's document."""
    document: dict[str, Any] = json.loads(DASHBOARD.read_text(encoding="utf-8"))
    return document


def panels() -> tuple[Panel, ...]:
    """Every query of every panel, in order."""
    return tuple(
        Panel(
            title=panel["title"],
            kind=panel["type"],
            unit=panel["fieldConfig"]["defaults"]["unit"],
            expression=target["expr"],
            legend=target["legendFormat"],
            place=tuple(panel["gridPos"][key] for key in "xywh"),
        )
        for panel in dashboard()["panels"]
        for target in panel.get("targets", ())
    )


def alerts() -> tuple[Alert, ...]:
    """Every alert, in order."""
    document = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return tuple(
        Alert(rule["alert"], rule["expr"], rule["annotations"]["runbook_url"])
        for group in document["groups"]
        for rule in group["rules"]
    )
