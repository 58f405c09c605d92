"""kill -9 with orders and job applications in flight at every activity: the saga's and the reviews' own evidence.

As in `test_crashes.py` the real worker and API run as processes. Some orders are short, some declined, some wait for an
approval, and of one charge the gateway never told; what is left open at the crash is decided after it.
"""

import pytest

from tests.harness.candidates import Candidates
from tests.harness.market import Market, crash, marketplace
from tests.harness.purchases import Purchases
from tests.harness.stack import EngineKind

pytestmark = [pytest.mark.crash, pytest.mark.timeout(240)]


@pytest.mark.parametrize("part", ["worker", "engine"])
async def test_orders_and_applications_survive_a_kill_of_the(market: Market, part: str) -> None:
    stack = market.stack
    async with Purchases(stack, market.shop) as orders, Candidates(stack) as applications:
        await orders.open()
        await crash(stack, stack.worker if part == "worker" else stack.engine.front, orders, applications)


@pytest.mark.parametrize("engine_kind", ["embedded"], indirect=True, ids=["embedded"])
async def test_the_evidence_convicts_a_worker_that_charges_each_attempt_under_a_key_of_its_own(
    engine_kind: EngineKind, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The negative control: the same crash and the same assertions, on a worker that is broken on purpose."""
    folder = tmp_path_factory.mktemp("broken-sagas")
    async with (
        marketplace(folder, engine_kind, worker_module="tests.harness.broken_worker") as market,
        Purchases(market.stack, market.shop) as orders,
        Candidates(market.stack) as applications,
    ):
        await orders.open()
        with pytest.raises(AssertionError, match=r"was charged \d times"):
            await crash(market.stack, market.stack.worker, orders, applications)
