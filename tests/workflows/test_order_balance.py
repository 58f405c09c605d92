"""The order saga against a model of it: whatever happens in whatever order, stock and money balance in the end."""

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
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
from durably.domain.votes import asked_by
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
        st.tuples(st.just("vote"), NUMBERS, st.sampled_from(["ada", "ada", "eve"]), st.booleans(), st.integers(1, 3)),
        st.tuples(st.just("nonsense"), NUMBERS),
        st.tuples(st.just("approve all")),
        st.tuples(st.just("switch"), SWITCHES),
        st.tuples(st.just("restart")),
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
    registry: Registry
    port: int
    worker: Host | None = None

    def now(self) -> datetime:
        """The engine's time."""
        return datetime.fromtimestamp(self.clock.now_ns() / 1e9, tz=UTC)

    async def restart(self) -> None:
        """Take the worker away, with all that it runs, and start another one."""
        await self.stop()
        self.worker = await Host(self.registry, self.port).__aenter__()

    async def stop(self) -> None:
        """Take the worker away."""
        if self.worker is not None:
            await self.worker.stop(grace_s=0)


@dataclass(frozen=True, slots=True)
class Said:
    """What the approver said of an order, and whether it was being asked for: then it counts for sure."""

    approve: bool
    was_asked: bool


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
        market = Market(clock, client, shop, chaos, registry, server.port)
        await market.restart()
        yield market
        await market.stop()
        await client.aclose()


class Day:
    """One day on the market, with items of its own, and the model of what it may come to."""

    def __init__(self, market: Market, orders: list[Order], stock: dict[str, int]) -> None:
        self._market = market
        self._run = uuid4().hex[:8]
        self._orders = orders
        self._stock = stock
        self._placed: set[int] = set()
        self._said: defaultdict[int, list[Said]] = defaultdict(list)

    async def open(self) -> None:
        """Fill the shelves."""
        for sku, quantity in self._stock.items():
            await self._market.shop.inventory.put(self._sku(sku), quantity)

    async def happens(self, event: tuple[Any, ...]) -> None:
        """One event."""
        match event:
            case ("place", number):
                await self._place(number % len(self._orders))
            case ("vote", number, by, approve, times):
                for _ in range(times):
                    await self._vote(number % len(self._orders), by, approve=approve)
            case ("nonsense", number):
                await self._raise(number % len(self._orders), {"approve": "perhaps"})
            case ("approve all",):
                await asyncio.gather(*(self._vote(number, "ada", approve=True) for number in self._placed))
            case ("restart",):
                await self._market.restart()
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

    async def _vote(self, number: int, by: str, *, approve: bool) -> None:
        """Vote on an order, whether it waits for that or not, or has been voted on before."""
        was_asked = await self._is_asking(number)
        if await self._raise(number, {"by": by, "approve": approve}) and by == "ada":
            self._said[number].append(Said(approve, was_asked))

    async def _is_asking(self, number: int) -> bool:
        """Whether an order shows that it waits for votes; until then they come too early."""
        try:
            asked = asked_by(await self._market.client.get(self._instance(number)))
        except InstanceNotFoundError:
            return False
        return asked is not None and asked.decision is None and self._market.now() < asked.until

    async def _raise(self, number: int, payload: dict[str, Any]) -> bool:
        """Raise the event that is meant as a vote; whether there was somebody to raise it to."""
        try:
            await self._market.client.raise_event(self._instance(number), "approval", payload)
        except (InstanceNotFoundError, InstanceEndedError):
            return False
        return True

    async def never_oversells(self) -> None:
        """Assert that at this moment no more is held than is there."""
        for sku, there in self._stock.items():
            item = await self._market.shop.item(self._sku(sku))
            assert 0 <= sum(hold.quantity for hold in item.holds) <= item.on_hand <= there, item

    async def closed(self) -> dict[int, InstanceView]:
        """How every order ended, once nothing goes wrong any more and all the time that they wait for has passed."""
        self._market.chaos.calm()
        await self._market.shop.switch()

        async def views() -> dict[int, InstanceView]:
            self._market.clock.advance(timedelta(hours=6))
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
        """Assert that every order ended in a way that the model knows, and large ones as the first vote said."""
        for number, view in ended.items():
            if view.status is InstanceStatus.COMPLETED:
                assert view.output["status"] in {"confirmed", "rejected", "cancelled"}
                assert bool(view.output["payment_id"]) == (view.output["status"] == "confirmed")
                self._is_decided_as_it_was_said(number, view)
            else:  # nothing had been done: only validation may give up
                assert view.failure is not None
                assert "validate_order" in view.failure.message, (number, view)

    def _is_decided_as_it_was_said(self, number: int, view: InstanceView) -> None:
        """The first vote that comes in time counts; whether one that nobody was asked for came in time is unknown."""
        message = str(view.output["message"])
        if self._total(number) <= LIMIT:
            assert not message.startswith("Rejected by"), view
            return
        by_policy = message.startswith("Rejected by policy")
        decided = None if by_policy else not message.startswith("Rejected by ada")
        assert decided in self._may_be_decided(number), (self._said[number], view)

    def _may_be_decided(self, number: int) -> set[bool | None]:
        possible: set[bool | None] = set()
        for said in self._said[number]:
            possible.add(said.approve)
            if said.was_asked:
                return possible
        return {*possible, None}

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
    stock={"apple": 20, "pear": 20},
    switches={},
    orders=[({"apple": 1}, LIMIT + 1)] * 4,
    events=[
        ("pass", 1, 10),
        ("vote", 0, "eve", False, 2),
        ("vote", 0, "ada", True, 3),
        ("vote", 0, "ada", False, 1),
        ("restart",),
        ("nonsense", 1),
        ("vote", 1, "ada", False, 2),
        ("vote", 1, "ada", True, 1),
        ("pass", 80 * 3_600, 1),
        ("vote", 2, "ada", True, 1),
        ("place", 0),
    ],
    seed=3,
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
    """Orders placed twice, votes too early, twice, too late and of others, a worker that is replaced at any moment.

    The gateway declines, fails and forgets to answer. Activities run late, twice at once, again after their workflow
    has ended, fail before their effect and after it.
    """
    day = Day(market, orders, stock)
    await day.open()
    market.chaos.unleash(seed)
    placing = (("place", number) for number in range(len(orders)))
    for event in [("switch", switches), *placing, *events, ("pass", 60, 15)]:
        await day.happens(event)
        await day.never_oversells()
    ended = await day.closed()
    day.tells_what_happened(ended)
    await day.balances(ended)
