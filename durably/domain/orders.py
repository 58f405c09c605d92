"""Decisions about orders."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from durably.contracts.approvals import ApprovalRequest
from durably.contracts.names import RELEASE_INVENTORY, VOID_PAYMENT
from durably.contracts.orders import (
    Charge,
    OrderCheck,
    OrderRequest,
    OrderResult,
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
    subject = f"Order {order.order_id} of {order.customer}: {money(total, order.currency)}"
    return ApprovalRequest.model_validate({**terms.approval.model_dump(), "subject": subject})


def charge(order: OrderRequest, reservation: Reservation, amount_cents: int) -> Charge:
    """The one charge of an order. Its key is the reservation's, so that goods and money are of one piece."""
    return Charge(
        key=reservation.reservation_id,
        order_id=order.order_id,
        customer=order.customer,
        amount_cents=amount_cents,
        currency=order.currency,
    )


def sale(order: OrderRequest, reservation: Reservation) -> Sale:
    """What leaves the stock once the order is paid."""
    return Sale(reservation_id=reservation.reservation_id, skus=tuple(quantities(order)))


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
    held = Release(reservation_id=reservation.reservation_id if reservation else None, skus=tuple(quantities(order)))
    release = Compensation(RELEASE_INVENTORY, held)
    return (release,) if in_doubt is None else (Compensation(VOID_PAYMENT, in_doubt), release)


def confirmed(order: OrderRequest, total: int, payment: Payment) -> OrderResult:
    """The result for an order that was paid and has left the stock."""
    message = f"Order {order.order_id} confirmed: {money(total, order.currency)} charged"
    return _result(order, "confirmed", message, payment_id=payment.payment_id)


def rejected(order: OrderRequest, *reasons: str) -> OrderResult:
    """The result for an order that was not accepted."""
    return _result(order, "rejected", "; ".join(reasons))


def declined(order: OrderRequest, payment: Payment) -> OrderResult:
    """The result for an order whose payment was not made."""
    return _result(order, "cancelled", f"Payment {payment.status}: {payment.reason or 'no reason given'}")


def unpayable(order: OrderRequest, reason: str) -> OrderResult:
    """The result for an order whose payment could not be settled, and was voided."""
    return _result(order, "cancelled", f"The payment gateway could not be reached, nothing stays charged: {reason}")


def unreservable(order: OrderRequest, reason: str) -> OrderResult:
    """The result for an order whose stock could not be looked at."""
    return _result(order, "cancelled", f"The stock could not be reserved: {reason}")


def money(cents: int, currency: str) -> str:
    """An amount for a person, as in `12.50 EUR`."""
    return f"{cents // 100}.{cents % 100:02} {currency}"


def _result(order: OrderRequest, status: str, message: str, *, payment_id: str | None = None) -> OrderResult:
    given = {"order_id": order.order_id, "status": status, "message": message, "payment_id": payment_id}
    return OrderResult.model_validate(given)
