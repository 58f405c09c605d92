"""A system with orders and job applications in flight at every activity, and a part of it that is killed."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from durably.cli.gateway import PAYMENTS
from durably.contracts.applications import Interview
from tests.harness import candidates, purchases
from tests.harness.candidates import Candidates
from tests.harness.flight import ABSENCE_S
from tests.harness.ports import free_port
from tests.harness.processes import Process
from tests.harness.purchases import Purchases
from tests.harness.shop import Shop
from tests.harness.stack import WORKER_MODULE, EngineKind, Stack

STEP_S: Final = 0.5
"""How long each activity takes; its effect comes in the middle."""
STAGGER_S: Final = 0.1
BRINK_S: Final = 45.0
"""How long it may take until everything is in flight; a few seconds, on a machine that does nothing else."""


@dataclass(frozen=True, slots=True)
class Market:
    """A stack with a gateway outside of it."""

    stack: Stack
    shop: Shop


@asynccontextmanager
async def marketplace(folder: Path, engine: EngineKind, *, worker_module: str = WORKER_MODULE) -> AsyncIterator[Market]:
    """A market that is open: each activity of its worker takes half a second.

    Args:
        folder: Where state and logs go.
        engine: Which engine.
        worker_module: What is run as the worker.
    """
    port = free_port()
    env = {
        "DURABLY_WORKER_PAYMENT_URL": f"http://127.0.0.1:{port}{PAYMENTS}",
        "DURABLY_WORKER_PAYMENT_TIMEOUT_S": "1",
    }
    delays_s = dict.fromkeys({*purchases.ACTIVITIES, *candidates.ACTIVITIES}, STEP_S)
    stack = Stack(folder, engine=engine, delays_s=delays_s, env=env, worker_module=worker_module)
    try:
        await stack.start()
        async with Shop(folder, stack.engine.grpc_port, port=port) as shop:
            yield Market(stack, shop)
    finally:
        await stack.stop()


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


async def crash(stack: Stack, part: Process, orders: Purchases, applications: Candidates) -> None:
    """`kill -9` of a part with everything in flight; then start it, decide what waits, and see what became of all.

    None is lost, nobody is charged or told twice, nothing is held or booked twice; stock and money balance.
    """
    before = await _brink(orders, applications)
    part.kill()
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
