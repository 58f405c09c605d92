"""kill -9 with orders and job applications in flight at every activity: the saga's and the reviews' own evidence.

As in `test_crashes.py` the real worker and API run as processes. Some orders are short, some declined, some wait for an
approval, and of one charge the gateway never told; what is left open at the crash is decided after it.
"""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, get_args

import pytest
import pytest_asyncio

from durably.cli.gateway import PAYMENTS
from durably.contracts.applications import Interview
from tests.harness import candidates, purchases
from tests.harness.candidates import Candidates
from tests.harness.ports import free_port
from tests.harness.purchases import Purchases
from tests.harness.shop import Shop
from tests.harness.stack import WORKER_MODULE, EngineKind, Stack

pytestmark = [pytest.mark.crash, pytest.mark.timeout(240)]

STEP_S: Final = 0.5
"""How long each activity takes; its effect comes in the middle."""
STAGGER_S: Final = 0.1
ABSENCE_S: Final = 0.3
BRINK_S: Final = 45.0
"""How long it may take until everything is in flight; a few seconds, on a machine that does nothing else."""


@dataclass(frozen=True, slots=True)
class Market:
    """A stack with a gateway outside of it."""

    stack: Stack
    shop: Shop


def _kind(name: str) -> EngineKind:
    assert name in get_args(EngineKind)
    return "dapr" if name == "dapr" else "embedded"


@asynccontextmanager
async def _market(folder: Path, engine_kind: str, *, worker_module: str = WORKER_MODULE) -> AsyncIterator[Market]:
    port = free_port()
    env = {
        "DURABLY_WORKER_PAYMENT_URL": f"http://127.0.0.1:{port}{PAYMENTS}",
        "DURABLY_WORKER_PAYMENT_TIMEOUT_S": "1",
    }
    delays_s = dict.fromkeys({*purchases.ACTIVITIES, *candidates.ACTIVITIES}, STEP_S)
    stack = Stack(folder, engine=_kind(engine_kind), delays_s=delays_s, env=env, worker_module=worker_module)
    try:
        await stack.start()
        async with Shop(folder, stack.engine.grpc_port, port=port) as shop:
            yield Market(stack, shop)
    finally:
        await stack.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def market(engine_kind: str, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Market]:
    """One for all crashes: each finds the state that the ones before it left."""
    async with _market(tmp_path_factory.mktemp(f"sagas-{engine_kind}"), engine_kind) as market:
        yield market


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What was recorded just before a crash.

    Attributes:
        orders: See `tests.harness.flight.Flight.completed`.
        applications: The same.
        interviews: See `tests.harness.candidates.Candidates.interviews`.
    """

    orders: dict[str, int]
    applications: dict[str, int]
    interviews: dict[str, Interview]


async def _brink(orders: Purchases, applications: Candidates) -> Snapshot:
    """Start one after the other until a crash would be hard on all of them. Crash as soon as it returns."""
    ends = time.monotonic() + BRINK_S
    while time.monotonic() < ends:
        await asyncio.gather(orders.place(), applications.apply())
        await asyncio.sleep(STAGGER_S)
        if orders.is_hard() and applications.is_hard():
            recorded = await asyncio.gather(orders.completed(), applications.completed(), applications.interviews())
            if orders.is_hard() and applications.is_hard():
                return Snapshot(*recorded)
    raise AssertionError(f"after {BRINK_S:g} s: {orders.in_flight()}, {applications.in_flight()}")


async def _crash(stack: Stack, part: str, orders: Purchases, applications: Candidates) -> None:
    """Kill a part with everything in flight, start it again, decide what waits, and look at what has become of all."""
    before = await _brink(orders, applications)
    (stack.worker if part == "worker" else stack.engine.front).kill()
    lost = orders.in_flight(), applications.in_flight()  # what ends from now on cannot be recorded
    await asyncio.sleep(ABSENCE_S)
    await stack.recover()
    await asyncio.gather(orders.place_again(), orders.decide(), applications.decide())
    ended, told = await asyncio.gather(orders.ended(), applications.ended())
    orders.ended_as_they_should(ended)
    orders.was_found_and_not_charged_again()
    await orders.balance(ended)
    await applications.ended_as_they_should(told, before.interviews)
    for flight, recorded, taken in ((orders, before.orders, lost[0]), (applications, before.applications, lost[1])):
        flight.nothing_recorded_ran_again(recorded)
        flight.what_was_in_flight_ran_again(taken)


@pytest.mark.parametrize("part", ["worker", "engine"])
async def test_orders_and_applications_survive_a_kill_of_the(market: Market, part: str) -> None:
    """None is lost, nobody is charged or told twice, nothing is held or booked twice; stock and money balance."""
    async with Purchases(market.stack, market.shop) as orders, Candidates(market.stack) as applications:
        await orders.open()
        await _crash(market.stack, part, orders, applications)


@pytest.mark.parametrize("engine_kind", ["embedded"], indirect=True, ids=["embedded"])
async def test_the_evidence_convicts_a_worker_that_charges_each_attempt_under_a_key_of_its_own(
    engine_kind: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The negative control: the same crash and the same assertions, on a worker that is broken on purpose."""
    folder = tmp_path_factory.mktemp("broken-sagas")
    async with (
        _market(folder, engine_kind, worker_module="tests.harness.broken_worker") as market,
        Purchases(market.stack, market.shop) as orders,
        Candidates(market.stack) as applications,
    ):
        await orders.open()
        with pytest.raises(AssertionError, match=r"was charged \d times"):
            await _crash(market.stack, "worker", orders, applications)
