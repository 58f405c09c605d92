"""The order saga, branch by branch, with the worker's own adapters: a real stock, and a gateway that goes wrong."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio

from durably.contracts.instances import InstanceStatus
from tests.workflows.conftest import Clocked
from tests.workflows.customers import LARGE, Customer


@pytest_asyncio.fixture(loop_scope="module")
async def customer(clocked: Clocked) -> AsyncIterator[Customer]:
    customer = Customer(clocked)
    await customer.shop.inventory.put(customer.sku, 10)
    yield customer
    await customer.shop.switch()


async def test_an_order_is_reserved_charged_and_confirmed(customer: Customer) -> None:
    await customer.place()
    assert await customer.ended("confirmed") == f"Order {customer.order_id} confirmed: 7.50 EUR charged"
    assert await customer.stock() == (7, 0)
    assert customer.book() == [(750, "charged")]
    assert customer.shop.payments(customer.order_id)[0]["payment_id"] == customer.payment_id
    assert await customer.activities() == ["validate_order", "reserve_inventory", "process_payment", "confirm_order"]
    assert (await customer.shows("confirmed")).status is InstanceStatus.COMPLETED


async def test_the_payments_key_is_the_execution_that_reserved(customer: Customer) -> None:
    await customer.place()
    await customer.ended("confirmed")
    scheduled = await customer.clocked.runner.events(customer.instance_id, "taskScheduled")
    reserving = next(event for event in scheduled if event.name == "reserve_inventory")
    assert [entry["key"] for entry in customer.shop.payments(customer.order_id)] == [reserving.task_execution_id]


async def test_an_order_with_problems_is_rejected_with_all_of_them_and_nothing_is_done(customer: Customer) -> None:
    line = {"sku": customer.sku, "quantity": 1, "unit_price_cents": 0}
    await customer.place(customer=" ", lines=[line])
    assert await customer.ended("rejected") == "Missing customer; Nothing to pay"
    assert await customer.activities() == ["validate_order"]


async def test_what_is_not_in_stock_is_rejected_and_what_else_was_held_is_released(customer: Customer) -> None:
    short = f"zucchini-{customer.order_id}"
    await customer.shop.inventory.put(short, 1)
    lines = [{"sku": sku, "quantity": 2, "unit_price_cents": 100} for sku in (short, customer.sku)]
    await customer.place(lines=lines)
    assert await customer.ended("rejected") == f"Out of stock: 2 of {short} wanted, 1 left"
    assert await customer.stock() == (10, 0)
    assert customer.book() == []


async def test_an_item_that_nobody_knows_is_not_in_stock(customer: Customer) -> None:
    await customer.place(lines=[{"sku": "unicorn", "quantity": 1, "unit_price_cents": 100}])
    assert await customer.ended("rejected") == "There is no item unicorn"


async def test_a_declined_payment_releases_the_stock(customer: Customer) -> None:
    await customer.shop.switch(decline=1)
    await customer.place()
    assert await customer.ended("cancelled") == "Payment declined: switched to decline"
    assert await customer.stock() == (10, 0)
    assert customer.book() == [(750, "declined")]
    assert await customer.activities() == [
        "validate_order",
        "reserve_inventory",
        "process_payment",
        "release_inventory",
    ]


async def test_a_charge_that_was_answered_too_late_is_found_and_not_made_again(customer: Customer) -> None:
    await customer.shop.switch(timeout_after_charge=5)
    await customer.place()
    await customer.fails("process_payment")
    customer.clocked.advance(seconds=1)
    await customer.ended("confirmed")
    assert customer.book() == [(750, "charged")]
    assert await customer.stock() == (7, 0)


async def test_a_gateway_that_fails_is_asked_again_until_it_charges(customer: Customer) -> None:
    await customer.shop.switch(fail=2)
    await customer.place()
    for pause_s in (1, 2):
        await customer.fails("process_payment", times=pause_s)
        customer.clocked.advance(seconds=pause_s)
    await customer.ended("confirmed")
    assert customer.book() == [(750, "charged")]


async def test_a_gateway_that_is_silent_to_the_end_has_the_payment_voided_and_then_the_stock_released(
    customer: Customer,
) -> None:
    """It charges, does not say so, and then fails whoever asks: nobody knows whether the customer was charged."""
    await customer.shop.switch(timeout_after_charge=1)
    await customer.place()
    await customer.fails("process_payment")
    assert customer.book() == [(750, "charged")]
    await customer.shop.switch(fail=7)
    await customer.keeps_failing("process_payment", times=8)
    assert "gateway" in await customer.ended("cancelled")
    assert customer.book() == [(750, "voided")]
    assert await customer.stock() == (10, 0)
    assert (await customer.activities())[-2:] == ["void_payment", "release_inventory"]


async def test_a_void_that_fails_is_tried_again_for_hours_and_shows_and_nothing_is_released_before(
    customer: Customer,
) -> None:
    await customer.shop.switch(fail=1_000)
    await customer.place()
    await customer.keeps_failing("process_payment", times=8)
    await customer.keeps_failing("void_payment", times=15)
    assert (await customer.shows("compensating")).status is InstanceStatus.RUNNING
    assert await customer.stock() == (10, 3)
    await customer.shop.switch()
    customer.clocked.advance(minutes=15)
    await customer.ended("cancelled")
    assert await customer.stock() == (10, 0)
    await customer.shows("compensated")


async def test_a_release_that_fails_is_tried_again_until_it_succeeds_and_shows(customer: Customer) -> None:
    await customer.shop.switch(decline=1, slow_s=0.2)
    await customer.place()
    await customer.is_paying()
    with customer.no_stock():
        await customer.keeps_failing("release_inventory", times=8)
        await customer.shows("compensating")
    customer.clocked.advance(minutes=15)
    await customer.ended("cancelled")
    assert await customer.stock() == (10, 0)


async def test_a_stock_that_cannot_be_reached_cancels_the_order_and_whatever_was_held_is_released(
    customer: Customer,
) -> None:
    with customer.no_stock():
        await customer.place()
        await customer.keeps_failing("reserve_inventory", times=5)
        await customer.fails("release_inventory")
        await customer.shows("compensating")
    customer.clocked.advance(seconds=1)
    assert "stock could not be reserved" in await customer.ended("cancelled")
    assert await customer.stock() == (10, 0)
    assert customer.instance_id in (await customer.shop.item(customer.sku)).settled


async def test_a_payment_that_was_made_is_never_undone_however_long_the_confirmation_fails(customer: Customer) -> None:
    await customer.shop.switch(slow_s=0.2)
    await customer.place()
    await customer.is_paying()
    with customer.no_stock():
        await customer.keeps_failing("confirm_order", times=10)
        await customer.shows("confirming")
    customer.clocked.advance(minutes=15)
    await customer.ended("confirmed")
    assert (await customer.stock(), customer.book()) == ((7, 0), [(750, "charged")])


async def test_an_order_above_the_limit_waits_and_is_processed_once_it_is_approved(customer: Customer) -> None:
    await customer.place(quantity=1, cents=LARGE)
    pending = await customer.clocked.pending(customer.instance_id, decision=None)
    assert pending.subject == f"Order {customer.order_id} of ada: 100.01 EUR"
    assert pending.until - pending.since == timedelta(hours=72)
    assert await customer.stock() == (10, 0)
    await customer.clocked.vote(customer.instance_id, "ada")
    await customer.ended("confirmed")
    assert customer.book() == [(LARGE, "charged")]


async def test_an_order_at_the_limit_is_nobodys_to_approve(customer: Customer) -> None:
    await customer.place(quantity=1, cents=LARGE - 1)
    await customer.ended("confirmed")


async def test_an_order_that_is_not_approved_is_rejected_with_the_reason(customer: Customer) -> None:
    await customer.place(quantity=1, cents=LARGE)
    await customer.clocked.pending(customer.instance_id, decision=None)
    await customer.clocked.vote(customer.instance_id, "ada", approve=False, reason="too dear")
    assert await customer.ended("rejected") == "Rejected by ada: too dear"
    assert (await customer.stock(), customer.book()) == ((10, 0), [])


async def test_an_order_that_nobody_approves_is_rejected_at_the_deadline(customer: Customer) -> None:
    await customer.place(quantity=1, cents=LARGE)
    await customer.clocked.pending(customer.instance_id, decision=None)
    customer.clocked.advance(hours=72)
    assert await customer.ended("rejected") == "Rejected by policy: 0 of 1 approvals by the deadline"
    assert (await customer.stock(), customer.book()) == ((10, 0), [])


async def test_an_order_that_is_placed_again_is_the_same_order(customer: Customer) -> None:
    await customer.place()
    await customer.place()
    await customer.ended("confirmed")
    await customer.place()
    assert (await customer.stock(), customer.book()) == ((7, 0), [(750, "charged")])
