"""The API where it asks for keys, as the chart has it by default: without one nobody gets in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

import pytest

from tests.e2e.cluster import NAMESPACE
from tests.e2e.installation import VALUES, upgrade
from tests.e2e.stage import Stage
from tests.e2e.tunnel import Tunnel

pytestmark = pytest.mark.e2e

KEPT_IN: Final = "durably-api-keys"
_PORT: Final = 8080


async def test_where_keys_are_asked_for_a_request_without_one_is_401_and_with_the_generated_one_is_answered(
    stage: Stage,
) -> None:
    # given
    async with asking_for_keys(stage) as tunnel:
        key = await stage.cluster.secret(KEPT_IN, "key")

        # when
        without = await tunnel.ask("GET", "/workflows")
        with_another = await tunnel.ask("GET", "/workflows", headers={"Authorization": "Bearer durably_nonsense"})
        with_it = await tunnel.ask("GET", "/workflows", headers={"Authorization": f"Bearer {key}"})

    # then
    assert [(status, told["code"]) for status, told in (without, with_another)] == [(401, "unauthorized")] * 2
    assert with_it[0] == 200
    assert with_it[1]["workflows"]


@asynccontextmanager
async def asking_for_keys(stage: Stage) -> AsyncIterator[Tunnel]:
    """The release with the keys that the other tests do without, and a way to it."""
    tunnel = Tunnel(stage.cluster, "api", _PORT)
    try:
        await upgrade({"api": VALUES["api"] | {"auth": {"mode": "keys"}}})
        await stage.cluster.settled(NAMESPACE)
        yield tunnel
    finally:
        await tunnel.aclose()
        await upgrade({"api": VALUES["api"]})
