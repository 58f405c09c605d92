"""Every query of the dashboard and of the alerts against what real processes export: a wrong name finds nothing."""

from typing import Final

import pytest

from tests.monitoring.conftest import Observed
from tests.monitoring.prometheus import Series
from tests.monitoring.queries import Alert, Panel, alerts, grouping, panels, selectors
from tests.monitoring.sites import VARIABLES

_NOT_CAUSED_ON_A_CLUSTER: Final = {
    "DurablySchedulerUnreachable": "the scheduler belongs to all of the cluster, so it is not stopped for this",
    "DurablyApiFailing": "a 5xx needs an outage, and other tests may use the release",
    "DurablyInstancesUnhealthy": "what nobody can run is refused by the API, and is started at the sidecar itself",
}
"""Alerts of which a label's value stands for something that only the self-hosted load does, and why."""


@pytest.mark.parametrize("panel", panels(), ids=lambda panel: f"{panel.title}: {panel.legend}".rstrip(": "))
async def test_a_panel_shows_something_after_a_load(observed: Observed, panel: Panel) -> None:
    expression = panel.filled(VARIABLES)

    found = await _found(observed, expression)

    assert any(series.finite for series in found), expression
    assert panel.legend_labels <= _labels(found)
    assert grouping(expression) <= set().union(*[_labels(await _found(observed, s)) for s in selectors(expression)])


@pytest.mark.parametrize("alert", alerts(), ids=lambda alert: alert.name)
async def test_an_alert_reads_series_that_exist(observed: Observed, alert: Alert) -> None:
    """Its own expression finds nothing when all is well, so what is tried is each selector in it."""
    read = selectors(alert.expression)
    assert read
    labels: set[str] = set()
    for selector in read:
        found = await _found(observed, selector)
        if not found and observed.on_cluster and alert.name in _NOT_CAUSED_ON_A_CLUSTER:
            found = await _found(observed, selector.partition("{")[0])
        assert found, selector
        labels |= _labels(found)
    assert grouping(alert.expression) <= labels


async def _found(observed: Observed, expression: str) -> tuple[Series, ...]:
    return await observed.prometheus.between(expression, observed.begun, observed.ended)


def _labels(found: tuple[Series, ...]) -> set[str]:
    return {label for series in found for label, value in series.labels.items() if value}
