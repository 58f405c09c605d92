from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from durably.contracts.approvals import ApprovalTerms
from durably.contracts.names import RELEASE_INVENTORY, VOID_PAYMENT
from durably.contracts.orders import OrderLine, OrderRequest, OrderTerms, Payment, Release, Reservation
from durably.domain.orders import (
    charge,
    check,
    compensations,
    confirmed,
    declined,
    money,
    quantities,
    rejected,
    sale,
    total_cents,
)

TERMS = OrderTerms(
    approval_limit_cents=1_000, approval=ApprovalTerms(approvers=("ada", "bob"), deadline_s=60, on_deadline="reject")
)
RESERVED = Reservation(reservation_id="r1")
LINES = st.lists(
    st.builds(
        OrderLine,
        sku=st.sampled_from(["apple", "pear", "fig"]),
        quantity=st.integers(1, 50),
        unit_price_cents=st.integers(0, 200),
    ),
    min_size=1,
    max_size=6,
)


def _order(*lines: tuple[str, int, int], **more: Any) -> OrderRequest:
    made = [{"sku": sku, "quantity": quantity, "unit_price_cents": cents} for sku, quantity, cents in lines]
    return OrderRequest.model_validate(
        {"order_id": "1", "customer": "ada", "lines": made or [_line()], "currency": "EUR"} | more
    )


def _line(**more: Any) -> dict[str, Any]:
    return {"sku": "apple", "quantity": 2, "unit_price_cents": 50} | more


@given(lines=LINES)
def test_the_total_is_that_of_all_lines_and_every_item_is_counted_once(lines: list[OrderLine]) -> None:
    order = OrderRequest(order_id="1", customer="ada", lines=tuple(lines), currency="EUR")
    wanted = quantities(order)
    assert total_cents(order) == sum(line.quantity * line.unit_price_cents for line in lines)
    assert sum(wanted.values()) == sum(line.quantity for line in lines)
    assert list(wanted) == sorted({line.sku for line in lines})


@given(lines=LINES)
def test_an_accepted_order_needs_approval_exactly_when_it_is_above_the_limit(lines: list[OrderLine]) -> None:
    order = OrderRequest(order_id="1", customer="ada", lines=tuple(lines), currency="EUR")
    decided = check(order, TERMS)
    assert decided.total_cents == total_cents(order)
    assert (decided.approval is not None) == (not decided.problems and decided.total_cents > 1_000)


def test_the_approval_asks_those_of_the_terms_and_says_what_it_is_about() -> None:
    approval = check(_order(("apple", 1, 1_001)), TERMS).approval
    assert approval is not None
    assert (approval.approvers, approval.deadline_s, approval.on_deadline) == (("ada", "bob"), 60, "reject")
    assert approval.subject == "Order 1 of ada: 10.01 EUR"


@pytest.mark.parametrize(
    ("order", "problems"),
    [
        (_order(), ()),
        (_order(customer=" \t"), ("Missing customer",)),
        (_order(("apple", 5, 0)), ("Nothing to pay",)),
        (_order(("apple", 1, 5), ("pear", 1, 5), ("apple", 1, 6)), ("Two prices for apple",)),
        (_order(("apple", 1, 0), customer=" "), ("Missing customer", "Nothing to pay")),
    ],
    ids=["none", "no customer", "nothing to pay", "two prices", "two problems"],
)
def test_every_problem_of_an_order_is_named(order: OrderRequest, problems: tuple[str, ...]) -> None:
    assert check(order, TERMS).problems == problems


def test_the_charge_is_made_under_the_reservations_key() -> None:
    made = charge(_order(), RESERVED, 100)
    assert (made.key, made.order_id, made.amount_cents, made.currency) == ("r1", "1", 100, "EUR")


def test_what_is_sold_is_every_item_of_the_reservation() -> None:
    sold = sale(_order(("pear", 1, 1), ("apple", 1, 1)), RESERVED)
    assert (sold.reservation_id, sold.skus) == ("r1", ("apple", "pear"))


def test_a_payment_in_doubt_is_voided_before_the_stock_is_released() -> None:
    in_doubt = charge(_order(), RESERVED, 100)
    plan = compensations(_order(), RESERVED, in_doubt=in_doubt)
    assert [step.activity for step in plan] == [VOID_PAYMENT, RELEASE_INVENTORY]
    assert plan[0].given == in_doubt


def test_without_doubt_about_a_payment_only_the_stock_is_released() -> None:
    (step,) = compensations(_order(), RESERVED)
    assert (step.activity, step.given) == (RELEASE_INVENTORY, Release(reservation_id="r1", skus=("apple",)))


def test_a_reservation_of_which_nobody_knows_is_released_without_its_id() -> None:
    (step,) = compensations(_order(), None)
    assert step.given == Release(reservation_id=None, skus=("apple",))


def test_a_confirmed_order_says_what_was_charged() -> None:
    result = confirmed(_order(), 100, Payment(payment_id="p1", status="charged"))
    assert (result.status, result.message, result.payment_id) == (
        "confirmed",
        "Order 1 confirmed: 1.00 EUR charged",
        "p1",
    )


def test_a_declined_order_says_why() -> None:
    result = declined(_order(), Payment(payment_id="p1", status="declined", reason="no funds"))
    assert (result.status, result.message, result.payment_id) == ("cancelled", "Payment declined: no funds", None)


def test_a_rejected_order_has_all_reasons() -> None:
    assert rejected(_order(), "a", "b").message == "a; b"


@pytest.mark.parametrize(
    ("cents", "text"), [(0, "0.00 EUR"), (7, "0.07 EUR"), (100, "1.00 EUR"), (12_345, "123.45 EUR")]
)
def test_money_has_two_decimals(cents: int, text: str) -> None:
    assert money(cents, "EUR") == text


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"order_id": "a/b"}, ("order_id",)),
        ({"customer": ""}, ("customer",)),
        ({"currency": "eur"}, ("currency",)),
        ({"currency": "EURO"}, ("currency",)),
        ({"lines": []}, ("lines",)),
        ({"lines": [_line()] * 101}, ("lines",)),
        ({"lines": [_line(quantity=0)]}, ("lines", 0, "quantity")),
        ({"lines": [_line(quantity=True)]}, ("lines", 0, "quantity")),
        ({"lines": [_line(quantity="2")]}, ("lines", 0, "quantity")),
        ({"lines": [_line(), _line(unit_price_cents=-1)]}, ("lines", 1, "unit_price_cents")),
        ({"lines": [_line(unit_price_cents=1.5)]}, ("lines", 0, "unit_price_cents")),
        ({"lines": [_line(sku="a b")]}, ("lines", 0, "sku")),
        ({"coupon": "X"}, ("coupon",)),
    ],
)
def test_a_malformed_order_is_refused_at_the_field(change: dict[str, Any], place: tuple[Any, ...]) -> None:
    with pytest.raises(ValidationError) as refused:
        _order(**change)
    assert [wrong["loc"] for wrong in refused.value.errors()] == [place]
