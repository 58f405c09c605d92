"""Reruns of orders, with inputs that contradict the order: what is confirmed is the order's own, or nothing is.

An order of three apples at 2.50 EUR each; ten are there.
"""

from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
import pytest_asyncio

from tests.workflows.conftest import Clocked
from tests.workflows.customers import LARGE, Customer

OWN_CENTS: Final = 750
STOCK: Final = 10
WANTED: Final = 3


@pytest_asyncio.fixture(loop_scope="module")
async def customer(clocked: Clocked) -> AsyncIterator[Customer]:
    customer = Customer(clocked)
    await customer.shop.inventory.put(customer.sku, STOCK)
    await customer.shop.inventory.put(f"pear-{customer.order_id}", STOCK)
    yield customer
    await customer.shop.switch()


async def _reservation(customer: Customer) -> str:
    scheduled = await customer.clocked.runner.events(customer.instance_id, "taskScheduled")
    return next(str(event.task_execution_id) for event in scheduled if event.name == "reserve_inventory")


def _order(customer: Customer, *lines: tuple[str, int, int], **more: Any) -> dict[str, Any]:
    made = [{"sku": sku, "quantity": quantity, "unit_price_cents": cents} for sku, quantity, cents in lines]
    return {"order_id": customer.order_id, "customer": "ada", "lines": made, "currency": "EUR"} | more


async def test_a_rerun_from_the_payment_finds_the_charge_that_was_made(customer: Customer) -> None:
    await customer.place()
    await customer.ended("confirmed")
    assert (await customer.rerun("process_payment"))["status"] == "confirmed"
    assert (await customer.stock(), customer.book()) == ((7, 0), [(OWN_CENTS, "charged")])


async def test_an_order_that_was_not_approved_is_not_confirmed_by_validating_a_smaller_one(customer: Customer) -> None:
    await customer.place(quantity=1, cents=LARGE)
    await customer.clocked.pending(customer.instance_id, decision=None)
    await customer.clocked.vote(customer.instance_id, "ada", approve=False)
    await customer.ended("rejected")
    result = await customer.rerun("validate_order", payload=_order(customer, (customer.sku, 1, 1)))
    assert (result["status"], result["message"]) == (
        "cancelled",
        "Another order was validated; nothing was confirmed, and what was done is undone",
    )
    assert (await customer.stock(), customer.book()) == ((STOCK, 0), [])


async def test_a_payment_of_another_amount_under_another_key_is_voided_and_the_order_is_not_confirmed(
    customer: Customer,
) -> None:
    await customer.shop.switch(decline=1)
    await customer.place()
    await customer.ended("cancelled")
    forged = {"key": f"key-{customer.order_id}", "order_id": customer.order_id, "customer": "c", "amount_cents": 1}
    result = await customer.rerun("process_payment", payload=forged | {"currency": "EUR"})
    assert (result["status"], result["message"]) == (
        "cancelled",
        "0.01 EUR were charged where 7.50 EUR were due; that payment was voided",
    )
    assert customer.book() == [(OWN_CENTS, "declined"), (1, "voided")]
    assert await customer.stock() == (STOCK, 0)


async def test_stock_that_was_given_back_is_not_taken_for_held_by_a_rerun_that_reserves_again(
    customer: Customer,
) -> None:
    await customer.shop.switch(decline=1)
    await customer.place()
    await customer.ended("cancelled")
    result = await customer.rerun("reserve_inventory")
    assert result["status"] == "rejected"
    assert "given back" in result["message"]
    assert (await customer.stock(), customer.book()) == ((STOCK, 0), [(OWN_CENTS, "declined")])


async def test_an_order_whose_stock_somebody_gave_back_while_it_was_paid_is_refunded_and_not_confirmed(
    customer: Customer,
) -> None:
    await customer.shop.switch(slow_s=0.2)
    await customer.place()
    await customer.is_paying()
    reservation = await _reservation(customer)
    await customer.shop.inventory.release([customer.sku], reservation_id=reservation, instance_id="somebody")
    assert await customer.ended("cancelled") == (
        "The stock is not held for this order any more; 7.50 EUR were refunded"
    )
    assert (await customer.stock(), customer.book()) == ((STOCK, 0), [(OWN_CENTS, "voided")])
    await customer.shows("compensated")


async def test_a_sale_of_something_else_does_not_confirm_what_was_paid(customer: Customer) -> None:
    await customer.shop.switch(slow_s=0.2)
    await customer.place()
    await customer.is_paying()
    with customer.no_stock():
        await customer.fails("confirm_order")
        await customer.clocked.runner.client.terminate(customer.instance_id)
    await customer.shop.switch()
    result = await customer.rerun("confirm_order", payload={"reservation_id": "other", "skus": []})
    assert result["status"] == "confirmed"
    assert (await customer.stock(), customer.book()) == ((7, 0), [(OWN_CENTS, "charged")])


async def test_an_order_of_which_the_stock_knows_nothing_any_more_fails_and_its_payment_stays(
    customer: Customer,
) -> None:
    await customer.place()
    await customer.ended("confirmed")
    records, key = customer.shop.inventory._records, f"item:{customer.sku}"
    item = await customer.shop.item(customer.sku)
    forgetful = item.model_copy(update={"sold": {}}).model_dump_json().encode()
    assert await records.replace(key, await records.read(key), forgetful)
    failure = await customer.rerun("confirm_order")
    assert "Nobody knows what became of the stock" in failure.message
    assert customer.book() == [(OWN_CENTS, "charged")]


ACTIVITIES = ["validate_order", "reserve_inventory", "process_payment", "confirm_order", "release_inventory"]


def _forgeries(customer: Customer, activity: str, reservation: str) -> list[Any]:
    """Inputs that an activity takes, and that are not the order's."""
    pear = f"pear-{customer.order_id}"
    orders = [
        _order(customer, (customer.sku, 1, 1)),
        _order(customer, (customer.sku, 1, OWN_CENTS)),
        _order(customer, (pear, WANTED, 250)),
        _order(customer, (customer.sku, WANTED, 250), (pear, STOCK + 1, 1)),
        _order(customer, (customer.sku, WANTED, 0)),
    ]
    own = {"key": reservation, "order_id": customer.order_id, "customer": "ada", "amount_cents": OWN_CENTS}
    charges = [
        own | {"currency": "EUR"} | each
        for each in ({"amount_cents": 1}, {"key": f"k-{customer.order_id}"}, {"currency": "JPY"}, {"customer": "eve"})
    ]
    sales = [
        {"reservation_id": key, "skus": skus} for key in (reservation, "other") for skus in ([], [pear], [customer.sku])
    ]
    given = {"process_payment": charges, "confirm_order": sales, "release_inventory": sales}
    return given.get(activity, orders)


CASES = [
    *(("confirmed", activity) for activity in ACTIVITIES[:-1]),
    *(("declined", activity) for activity in ACTIVITIES if activity != "confirm_order"),
]


@pytest.mark.parametrize(("story", "activity"), CASES)
async def test_whatever_a_rerun_is_given_what_is_charged_is_the_orders_amount_and_as_often_as_its_goods_have_left(
    customer: Customer, story: str, activity: str
) -> None:
    await customer.shop.switch(decline=1 if story == "declined" else 0)
    await customer.place()
    await customer.ended("cancelled" if story == "declined" else "confirmed")
    for forged in _forgeries(customer, activity, await _reservation(customer)):
        result = await customer.rerun(activity, payload=forged)
        what = f"{activity} of {forged}: {result}"
        charged = [cents for cents, status in customer.book() if status == "charged"]
        assert set(charged) <= {OWN_CENTS}, what
        assert await customer.stock() == (STOCK - WANTED * len(charged), 0), what
        assert result["status"] != "confirmed" or charged, what
    pears = await customer.shop.item(f"pear-{customer.order_id}")
    assert (pears.on_hand, pears.holds) == (STOCK, ())
