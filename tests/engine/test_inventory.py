"""The stock, on both engines: many orders at once, from several workers, and nothing is sold that is not there."""

import asyncio
import random
from collections.abc import AsyncIterator
from itertools import cycle
from uuid import uuid4

import pytest
import pytest_asyncio
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from durably.authoring import StateStoreError
from durably.contracts.inventory import Item
from tests.harness.stack import Engine
from worker.adapters.inventory import DaprInventory
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar

WORKERS = 3
SKUS = ("apple", "pear", "fig")
BASKETS = st.dictionaries(st.sampled_from(SKUS), st.integers(1, 4), min_size=1).map(lambda b: dict(sorted(b.items())))


@pytest_asyncio.fixture(loop_scope="session")
async def inventories(engine: Engine) -> AsyncIterator[tuple[DaprInventory, ...]]:
    """The stock as several workers see it, each through a connection of its own."""
    sidecars = [Sidecar(host="127.0.0.1", port=engine.grpc_port, timeout_s=10) for _ in range(WORKERS)]
    yield tuple(DaprInventory(Records(sidecar, store="statestore"), patience_s=30) for sidecar in sidecars)
    for sidecar in sidecars:
        await sidecar.aclose()


async def _item(inventory: DaprInventory, sku: str) -> Item:
    item = await inventory.item(sku)
    assert item is not None
    return item


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    stock=st.integers(0, 12),
    baskets=st.lists(BASKETS, min_size=1, max_size=12),
    attempts=st.integers(1, 3),
    seed=st.integers(0, 2**32),
)
async def test_concurrent_orders_never_oversell_whatever_is_sold_or_released_meanwhile(
    inventories: tuple[DaprInventory, ...], stock: int, baskets: list[dict[str, int]], attempts: int, seed: int
) -> None:
    """Each order is attempted several times at once, on different workers, as after a redelivery."""
    run, chance, workers = uuid4().hex[:8], random.Random(seed), cycle(inventories)  # noqa: S311 - no secret
    fates = [chance.choice(("sell", "release", "keep")) for _ in baskets]
    await asyncio.gather(*(inventories[0].put(f"{sku}-{run}", stock) for sku in SKUS))

    async def order(number: int) -> bool:
        wanted = {f"{sku}-{run}": quantity for sku, quantity in baskets[number].items()}
        ids = {"reservation_id": f"r{number}", "instance_id": f"order-{number}"}
        answers = await asyncio.gather(*(next(workers).reserve(wanted, **ids) for _ in range(attempts)))
        if answers[0] is not None or fates[number] == "release":
            await asyncio.gather(*(next(workers).release(wanted, **ids) for _ in range(attempts)))
        elif fates[number] == "sell":
            selling = (next(workers).sell(wanted, reservation_id=f"r{number}") for _ in range(attempts))
            await asyncio.gather(*selling)
        return answers[0] is None

    granted = await asyncio.gather(*(order(number) for number in range(len(baskets))))

    for sku in SKUS:
        item = await _item(inventories[0], f"{sku}-{run}")
        orders = [(basket.get(sku, 0), fate) for basket, fate, ok in zip(baskets, fates, granted, strict=True) if ok]
        sold = sum(quantity for quantity, fate in orders if fate == "sell")
        kept = sum(quantity for quantity, fate in orders if fate == "keep")
        assert item.on_hand == stock - sold
        assert sum(hold.quantity for hold in item.holds) == kept
        assert sold + kept <= stock


async def test_of_more_orders_than_there_are_items_exactly_as_many_as_there_are_get_one(
    inventories: tuple[DaprInventory, ...],
) -> None:
    sku, workers = f"last-{uuid4().hex[:8]}", cycle(inventories)
    await inventories[0].put(sku, 10)
    reserving = (next(workers).reserve({sku: 1}, reservation_id=f"r{n}", instance_id=f"order-{n}") for n in range(25))
    answers = await asyncio.gather(*reserving)
    assert answers.count(None) == 10
    assert {answer for answer in answers if answer} == {f"Out of stock: 1 of {sku} wanted, 0 left"}


async def test_of_many_who_put_an_item_into_the_stock_at_once_one_does(
    inventories: tuple[DaprInventory, ...],
) -> None:
    sku, workers = f"new-{uuid4().hex[:8]}", cycle(inventories)
    put = await asyncio.gather(*(next(workers).put(sku, quantity) for quantity in range(1, 11)))
    assert put.count(True) == 1
    assert (await _item(inventories[0], sku)).on_hand == put.index(True) + 1


async def test_a_store_that_cannot_be_written_is_an_error_that_names_it(engine: Engine) -> None:
    sidecar = Sidecar(host="127.0.0.1", port=engine.grpc_port, timeout_s=5)
    with pytest.raises(StateStoreError, match="nowhere"):
        await DaprInventory(Records(sidecar, store="nowhere")).put("apple", 1)
    await sidecar.aclose()
