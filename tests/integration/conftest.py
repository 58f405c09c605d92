"""What every test of the whole system may be run on."""

import pytest

from tests.harness.stack import EngineKind


@pytest.fixture(
    scope="module", params=["embedded", pytest.param("dapr", marks=pytest.mark.dapr)], ids=["embedded", "dapr"]
)
def kind(request: pytest.FixtureRequest) -> EngineKind:
    """Every test that asks for an engine runs once on each."""
    return request.param  # type: ignore[no-any-return] # one of the two above
