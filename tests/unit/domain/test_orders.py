from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from durably.contracts.approvals import ApprovalTerms
from durably.contracts.names import RELEASE_INVENTORY, VOID_PAYMENT
from durably.contracts.orders import (
    Charge,
    Handover,
    OrderCheck,
    OrderLine,
    OrderRequest,
    OrderTerms,
    Payment,
    Release,
    Reservation,
)
from durably.domain.order_results import confirmed, declined, mispaid, rejected, unreserved
from durably.domain.orders import (
    charge,
    check,
    compensations,
    is_checked,
    is_handed_over,
    is_paid,
    is_reserved,
    is_unasked,
    money,
    quantities,
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
    made = charge(_order(), RESERVED)
    assert (made.key, made.order_id, made.amount_cents, made.currency) == ("r1", "1", 100, "EUR")


def test_what_is_sold_is_every_item_of_the_reservation() -> None:
    sold = sale(_order(("pear", 1, 1), ("apple", 1, 1)), RESERVED)
    assert (sold.reservation_id, sold.skus) == ("r1", ("apple", "pear"))


def test_a_payment_in_doubt_is_voided_before_the_stock_is_released() -> None:
    in_doubt = charge(_order(), RESERVED)
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
    result = confirmed(_order(), Payment(payment_id="p1", status="charged"))
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


@given(ours=LINES, theirs=LINES)
def test_a_check_of_another_order_passes_only_if_it_decides_the_same(
    ours: list[OrderLine], theirs: list[OrderLine]
) -> None:
    own, other = (
        OrderRequest(order_id="1", customer="ada", lines=tuple(each), currency="EUR") for each in (ours, theirs)
    )
    assert is_checked(own, check(own, TERMS))
    assert is_checked(own, check(other, TERMS)) == (check(own, TERMS) == check(other, TERMS))


@pytest.mark.parametrize("more", [{"order_id": "2"}, {"customer": "eve"}, {"currency": "JPY"}], ids=str)
def test_an_approval_that_names_another_order_is_not_one_of_this_order(more: dict[str, Any]) -> None:
    large = ("apple", 1, 1_001)
    assert not is_checked(_order(large), check(_order(large, **more), TERMS))


@given(ours=LINES, theirs=LINES)
def test_a_reservation_has_to_be_of_the_orders_items_and_of_as_many(
    ours: list[OrderLine], theirs: list[OrderLine]
) -> None:
    own, other = (
        OrderRequest(order_id="1", customer="ada", lines=tuple(each), currency="EUR") for each in (ours, theirs)
    )
    reservation = RESERVED.model_copy(update={"held": quantities(other)})
    assert is_reserved(own, reservation) == (quantities(own) == quantities(other))
    assert is_handed_over(own, RESERVED, Handover(reservation_id="r1", sold=quantities(other))) == (
        quantities(own) == quantities(other)
    )


def test_what_was_recorded_before_results_said_what_they_are_of_is_believed() -> None:
    order = _order()
    assert is_reserved(order, RESERVED)
    assert is_paid(charge(order, RESERVED), Payment(payment_id="p1", status="charged"))
    assert is_handed_over(order, RESERVED, None)


def test_a_sale_of_another_reservation_is_none_of_this_order() -> None:
    order = _order()
    assert not is_handed_over(order, RESERVED, Handover(reservation_id="r2", sold=quantities(order)))
    assert not is_handed_over(order, RESERVED, Handover(reservation_id="r1"))


OWN = charge(_order(), RESERVED)
OTHER_CHARGES = [{"key": "r2"}, {"order_id": "2"}, {"customer": "eve"}, {"amount_cents": 1}, {"currency": "JPY"}]


@pytest.mark.parametrize("other", OTHER_CHARGES, ids=str)
def test_a_payment_that_was_asked_for_something_else_is_not_the_orders(other: dict[str, Any]) -> None:
    asked = OWN.model_copy(update=other)
    assert not is_paid(OWN, Payment(payment_id="p1", status="charged", asked=asked))


@pytest.mark.parametrize("told", [{"amount_cents": 1}, {"currency": "JPY"}], ids=str)
def test_the_gateway_is_believed_more_than_what_it_was_asked_for(told: dict[str, Any]) -> None:
    said = {"amount_cents": OWN.amount_cents, "currency": OWN.currency}
    payment = Payment(payment_id="p1", status="charged", asked=OWN)
    assert is_paid(OWN, payment.model_copy(update=said))
    assert not is_paid(OWN, payment.model_copy(update=said | told))


@pytest.mark.parametrize(
    ("payment", "message"),
    [
        ({"asked": OWN, "amount_cents": 1}, "0.01 EUR were charged where 1.00 EUR were due; that payment was voided"),
        (
            {"asked": Charge(key="k", order_id="1", customer="eve", amount_cents=100, currency="EUR")},
            "1.00 EUR were charged to eve under the key k where 1.00 EUR were due; that payment was voided",
        ),
    ],
    ids=["another amount", "somebody else"],
)
def test_an_order_that_was_paid_wrongly_says_what_was_really_charged(payment: dict[str, Any], message: str) -> None:
    result = mispaid(_order(), OWN, Payment.model_validate({"payment_id": "p1", "status": "charged"} | payment))
    assert (result.status, result.message) == ("cancelled", message)


def test_everything_that_was_held_is_released_also_what_the_order_does_not_ask_for() -> None:
    reservation = RESERVED.model_copy(update={"held": {"fig": 1}})
    (step,) = compensations(_order(), reservation)
    assert step.given == Release(reservation_id="r1", skus=("apple", "fig"))
    assert unreserved(_order(), reservation).message.startswith("Other items were reserved")


def test_a_check_that_found_problems_which_the_order_has_not_is_none_of_it() -> None:
    order = _order(("apple", 1, 1_001))
    assert not is_checked(order, OrderCheck(problems=("Missing customer",), total_cents=1_001))


@pytest.mark.parametrize(
    ("payment", "unasked"),
    [
        ({"status": "charged"}, False),
        ({"status": "charged", "asked": OWN, "found": True}, False),
        ({"status": "charged", "asked": OWN.model_copy(update={"key": "r2"}), "found": True}, True),
        ({"status": "declined", "asked": OWN.model_copy(update={"amount_cents": 1})}, True),
        ({"status": "charged", "asked": OWN.model_copy(update={"amount_cents": 1})}, False),
    ],
    ids=["from before", "our own", "found under another key", "declined for another amount", "made for another amount"],
)
def test_the_orders_own_charge_is_asked_for_again_unless_another_one_was_made(
    payment: dict[str, Any], *, unasked: bool
) -> None:
    assert is_unasked(OWN, Payment.model_validate({"payment_id": "p1"} | payment)) == unasked
