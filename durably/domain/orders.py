"""Decisions about orders."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from durably.contracts.approvals import ApprovalRequest
from durably.contracts.names import RELEASE_INVENTORY, VOID_PAYMENT
from durably.contracts.orders import (
    Charge,
    Handover,
    OrderCheck,
    OrderRequest,
    OrderTerms,
    Payment,
    Release,
    Reservation,
    Sale,
)


def total_cents(order: OrderRequest) -> int:
    """What the order costs."""
    return sum(line.quantity * line.unit_price_cents for line in order.lines)


def quantities(order: OrderRequest) -> Mapping[str, int]:
    """How many of each item, in the order of their names: two orders never wait for each other in a circle."""
    wanted: defaultdict[str, int] = defaultdict(int)
    for line in order.lines:
        wanted[line.sku] += line.quantity
    return dict(sorted(wanted.items()))


def check(order: OrderRequest, terms: OrderTerms) -> OrderCheck:
    """Whether an order is accepted, and whether a person has to approve it first."""
    problems, total = tuple(_problems(order)), total_cents(order)
    asked = not problems and needs_approval(total, terms)
    return OrderCheck(problems=problems, total_cents=total, approval=_approval(order, total, terms) if asked else None)


def needs_approval(total: int, terms: OrderTerms) -> bool:
    """Whether a total is above the limit; one that is equal to it is not."""
    return total > terms.approval_limit_cents


def _problems(order: OrderRequest) -> Iterator[str]:
    if not order.customer.strip():
        yield "Missing customer"
    prices: dict[str, int] = {}
    for line in order.lines:
        if prices.setdefault(line.sku, line.unit_price_cents) != line.unit_price_cents:
            yield f"Two prices for {line.sku}"
    if total_cents(order) == 0:
        yield "Nothing to pay"


def _approval(order: OrderRequest, total: int, terms: OrderTerms) -> ApprovalRequest:
    return ApprovalRequest.model_validate({**terms.approval.model_dump(), "subject": _subject(order, total)})


def _subject(order: OrderRequest, total: int) -> str:
    return f"Order {order.order_id} of {order.customer}: {money(total, order.currency)}"


def money(cents: int, currency: str) -> str:
    """An amount for a person, as in `12.50 EUR`."""
    return f"{cents // 100}.{cents % 100:02} {currency}"


def charge(order: OrderRequest, reservation: Reservation) -> Charge:
    """The one charge of an order. Its key is the reservation's, so that goods and money are of one piece."""
    return Charge(
        key=reservation.reservation_id,
        order_id=order.order_id,
        customer=order.customer,
        amount_cents=total_cents(order),
        currency=order.currency,
    )


def sale(order: OrderRequest, reservation: Reservation) -> Sale:
    """What leaves the stock once the order is paid."""
    return Sale(reservation_id=reservation.reservation_id, skus=tuple(quantities(order)))


def is_checked(order: OrderRequest, checked: OrderCheck) -> bool:
    """Whether a check is one of this order: whoever reruns `validate_order` may have given it another one."""
    total = total_cents(order)
    asks_for_it = checked.approval is None or checked.approval.subject == _subject(order, total)
    return asks_for_it and (checked.problems, checked.total_cents) == (tuple(_problems(order)), total)


def is_reserved(order: OrderRequest, reservation: Reservation) -> bool:
    """Whether a reservation is one of what this order asks for; histories of before do not say it."""
    return reservation.held in (None, quantities(order))


def is_paid(wanted: Charge, payment: Payment) -> bool:
    """Whether a charge that was made is the one that was wanted, as far as the gateway says it."""
    return (
        payment.asked in {None, wanted}
        and payment.amount_cents in {None, wanted.amount_cents}
        and payment.currency in {None, wanted.currency}
    )


def is_unasked(wanted: Charge, payment: Payment) -> bool:
    """Whether a payment tells nothing of what was wanted, and nothing was charged in its place."""
    made = payment.status == "charged" and not payment.found
    return payment.asked not in {None, wanted} and not made


def is_handed_over(order: OrderRequest, reservation: Reservation, handover: Handover | None) -> bool:
    """Whether what this order asks for has left the stock; histories of before have no handover."""
    if handover is None:
        return True
    return (handover.reservation_id, handover.sold) == (reservation.reservation_id, quantities(order))


class SaleLostError(Exception):
    """Neither held, nor sold, nor given back: the stock remembers so many orders, and this one was long ago."""


@dataclass(frozen=True, slots=True)
class Compensation:
    """One step that undoes a part of an order: an activity, and what it is given."""

    activity: str
    given: Charge | Release


def compensations(
    order: OrderRequest, reservation: Reservation | None, *, in_doubt: Charge | None = None
) -> tuple[Compensation, ...]:
    """What undoes an order, in its order: nobody else gets goods that may have been paid for.

    Args:
        order: The order.
        reservation: What was reserved, a part of the order even if there was a shortage; None if nobody knows.
        in_doubt: A charge of which nobody knows whether it was made.
    """
    skus = {*quantities(order), *((reservation.held if reservation else None) or ())}
    held = Release(reservation_id=reservation.reservation_id if reservation else None, skus=tuple(sorted(skus)))
    release = Compensation(RELEASE_INVENTORY, held)
    return (release,) if in_doubt is None else (Compensation(VOID_PAYMENT, in_doubt), release)
