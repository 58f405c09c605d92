"""The tests of the chart run with each Helm that is on PATH."""

import pytest

from tests.chart.rendering import HELMS

_NONE = pytest.param("helm", marks=pytest.mark.skip(reason="not on PATH: helm; install Helm 3 or 4, see helm.sh"))


@pytest.fixture(params=HELMS or [_NONE], scope="session")
def helm(request: pytest.FixtureRequest) -> str:
    """Helm 4 as `helm`, Helm 3 as `helm3`."""
    name: str = request.param
    return name
