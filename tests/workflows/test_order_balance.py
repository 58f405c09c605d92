"""The order saga against a model of it: whatever happens in whatever order, stock and money balance in the end."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from durably.contracts.errors import InstanceEndedError, InstanceNotFoundError
from durably.contracts.instances import InstanceStatus, InstanceView
from durably.contracts.names import ORDER_PROCESSING
from durably.embedded.clock import TestClock
from durably.embedded.server import EmbeddedServer
from durably.engine.client import EngineClient
from durably.engine.registry import Registry
from tests.harness.chaos import Chaos
from tests.harness.outside import POLICIES, Outside
from tests.harness.runner import Host
from tests.harness.shop import Shop
from tests.harness.waiting import until

_STEP_S: Final = 0.02
SKUS: Final = ("apple", "pear")
LIMIT: Final = POLICIES.orders.approval_limit_cents
Order = tuple[dict[str, int], int]
"""How many of each item, and what one of each costs, in cents."""

ORDERS: Final = st.lists(
    st.tuples(
        st.dictionaries(st.sampled_from(SKUS), st.integers(1, 3), min_size=1),
        st.sampled_from([250, 400, 1_000, LIMIT + 1]),
    ),
    min_size=3,
    max_size=6,
)
STOCK: Final = st.fixed_dictionaries({sku: st.sampled_from([1, 5, 20]) for sku in SKUS})
NUMBERS: Final = st.integers(0, 5)
FORGETFUL: Final = {"timeout_after_charge": 20}
DEAD: Final = {"fail": 200}
SWITCHES: Final = st.sampled_from([{}, {"decline": 2}, FORGETFUL, DEAD, {"fail": 3}, {"slow_s": 0.02}, {"slow_s": 0.2}])
"""A request is given up after 0.15 s: the last one is too slow for every answer, and charges all the same."""
EVENTS: Final = st.lists(
    st.one_of(
        st.tuples(st.just("place"), NUMBERS),
        st.tuples(st.just("vote"), NUMBERS, st.booleans()),
        st.tuples(st.just("approve all")),
        st.tuples(st.just("switch"), SWITCHES),
        st.tuples(st.just("pass"), st.sampled_from([1, 60, 3_600, 80 * 3_600]), st.integers(1, 10)),
    ),
    max_size=12,
)


@dataclass
class Market:
    """Everything that orders go through, on one engine in this process."""

    clock: TestClock
    client: EngineClient
    shop: Shop
    chaos: Chaos


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def market(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Market]:
    clock, chaos, folder = TestClock(), Chaos(), Path(tmp_path_factory.mktemp("market"))
    async with (
        EmbeddedServer(folder / "engine.db", clock=clock) as server,
        Shop(folder, server.port, timeout_s=0.15) as shop,
    ):
        client = EngineClient(host="127.0.0.1", port=server.port)
        packages = Outside(shop).packages()
        activities = chaos.around([activity for package in packages for activity in package.activities])
        workflows = tuple(workflow for package in packages for workflow in package.workflows)
        registry = Registry(workflows=workflows, activities=activities)
        async with Host(registry, server.port):
            yield Market(clock, client, shop, chaos)
        await client.aclose()


class Day:
    """One day on the market, with items of its own, and the model of what it may come to."""

    def __init__(self, market: Market, orders: list[Order], stock: dict[str, int]) -> None:
        self._market = market
        self._run = uuid4().hex[:8]
        self._orders = orders
        self._stock = stock
        self._placed: set[int] = set()

    async def open(self) -> None:
        """Fill the shelves."""
        for sku, quantity in self._stock.items():
            await self._market.shop.inventory.put(self._sku(sku), quantity)

    async def happens(self, event: tuple[Any, ...]) -> None:
        """One event."""
        match event:
            case ("place", number):
                await self._place(number % len(self._orders))
            case ("vote", number, approve):
                await self._vote(number % len(self._orders), approve=approve)
            case ("approve all",):
                await asyncio.gather(*(self._vote(number, approve=True) for number in self._placed))
            case ("switch", switches):
                await self._market.shop.switch(**switches)
            case ("pass", seconds, times):
                await self._pass(seconds=seconds, times=times)

    async def _pass(self, *, seconds: float, times: int) -> None:
        """Time passes, in steps between which there is time to do something."""
        for _ in range(times):
            self._market.clock.advance(timedelta(seconds=seconds))
            await asyncio.sleep(_STEP_S)

    async def _place(self, number: int) -> None:
        """Place an order, or the same one again."""
        quantities, cents = self._orders[number]
        lines = [
            {"sku": self._sku(sku), "quantity": quantity, "unit_price_cents": cents}
            for sku, quantity in quantities.items()
        ]
        order = {"order_id": self._id(number), "customer": "ada", "lines": lines, "currency": "EUR"}
        await self._market.client.start(ORDER_PROCESSING, instance_id=self._instance(number), payload=order)
        self._placed.add(number)

    async def _vote(self, number: int, *, approve: bool) -> None:
        """Vote on an order, whether it waits for that or not, or has been voted on before."""
        vote = {"by": "ada", "approve": approve}
        try:
            await self._market.client.raise_event(self._instance(number), "approval", vote)
        except (InstanceNotFoundError, InstanceEndedError):
            return

    async def closed(self) -> dict[int, InstanceView]:
        """How every order ended, once nothing goes wrong any more and all the time that they wait for has passed."""
        self._market.chaos.calm()
        await self._market.shop.switch()

        async def views() -> dict[int, InstanceView]:
            self._market.clock.advance(timedelta(hours=1))
            return {number: await self._market.client.get(self._instance(number)) for number in self._placed}

        def all_ended(seen: dict[int, InstanceView]) -> bool:
            return all(view.status.has_ended for view in seen.values())

        ended = await until(views, what="every order has ended", timeout_s=30, holds=all_ended)
        await self._market.chaos.settled()
        return ended

    async def balances(self, ended: dict[int, InstanceView]) -> None:
        """Assert that what left the stock, and what was paid, is what confirmed orders say, and nothing else is."""
        confirmed = {n for n, view in ended.items() if view.output and view.output["status"] == "confirmed"}
        for sku in SKUS:
            item = await self._market.shop.item(self._sku(sku))
            sold = sum(self._orders[number][0].get(sku, 0) for number in confirmed)
            assert (item.on_hand, item.holds) == (self._stock[sku] - sold, ()), f"{sku}: {item}"
            assert item.on_hand >= 0
        charged = self._market.shop.charged_cents()
        expected = {self._id(number): self._total(number) for number in confirmed}
        assert {order: cents for order, cents in charged.items() if order.startswith(self._run)} == expected
        for number in self._placed:
            assert len(self._market.shop.payments(self._id(number))) <= 1, "one key for each order"

    def tells_what_happened(self, ended: dict[int, InstanceView]) -> None:
        """Assert that every order ended in a way that the model knows, and large ones only if somebody agreed."""
        for number, view in ended.items():
            if view.status is InstanceStatus.COMPLETED:
                assert view.output["status"] in {"confirmed", "rejected", "cancelled"}
                assert bool(view.output["payment_id"]) == (view.output["status"] == "confirmed")
            else:  # nothing had been done: only validation may give up
                assert view.failure is not None
                assert "validate_order" in view.failure.message, (number, view)

    def _total(self, number: int) -> int:
        quantities, cents = self._orders[number]
        return sum(quantities.values()) * cents

    def _sku(self, sku: str) -> str:
        return f"{sku}-{self._run}"

    def _id(self, number: int) -> str:
        return f"{self._run}-{number}"

    def _instance(self, number: int) -> str:
        return f"order-{self._id(number)}"


@example(
    stock={"apple": 20, "pear": 1},
    switches=FORGETFUL,
    orders=[({"apple": 1}, 250), ({"apple": 1, "pear": 1}, 400), ({"pear": 3}, 250)],
    events=[("pass", 0, 6), ("switch", DEAD), ("pass", 60, 15), ("pass", 60, 15)],
    seed=1,
)
@example(
    stock={"apple": 5, "pear": 5},
    switches={"decline": 2},
    orders=[({"apple": 3, "pear": 1}, 250)] * 4,
    events=[("place", number) for number in range(4)],
    seed=5,
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stock=STOCK, switches=SWITCHES, orders=ORDERS, events=EVENTS, seed=st.integers(0, 2**32))
async def test_stock_and_money_balance_whatever_happens_in_whatever_order(
    market: Market,
    stock: dict[str, int],
    switches: dict[str, float],
    orders: list[Order],
    events: list[tuple[Any, ...]],
    seed: int,
) -> None:
    """Orders placed twice, votes too early, twice and too late, a gateway that declines, fails and forgets to answer.

    Activities run late, twice at once, again after their workflow has ended, fail before their effect and after it.
    """
    day = Day(market, orders, stock)
    await day.open()
    market.chaos.unleash(seed)
    placing = (("place", number) for number in range(len(orders)))
    for event in [("switch", switches), *placing, *events, ("pass", 60, 15)]:
        await day.happens(event)
    ended = await day.closed()
    day.tells_what_happened(ended)
    await day.balances(ended)
