"""How orders end, in words for people."""

from durably.contracts.orders import Charge, OrderRequest, OrderResult, Payment, Reservation
from durably.domain.orders import is_reserved, money, total_cents


def confirmed(order: OrderRequest, payment: Payment) -> OrderResult:
    """The result for an order that was paid, as `is_paid` has found, and has left the stock."""
    message = f"Order {order.order_id} confirmed: {money(total_cents(order), order.currency)} charged"
    return _result(order, "confirmed", message, payment_id=payment.payment_id)


def rejected(order: OrderRequest, *reasons: str) -> OrderResult:
    """The result for an order that was not accepted."""
    return _result(order, "rejected", "; ".join(reasons))


def unreserved(order: OrderRequest, reservation: Reservation) -> OrderResult:
    """The result for an order whose items are not held."""
    if not is_reserved(order, reservation):
        return mistaken(order, "Other items were reserved")
    return rejected(order, reservation.shortage or "")


def declined(order: OrderRequest, payment: Payment) -> OrderResult:
    """The result for an order whose payment was not made."""
    return _result(order, "cancelled", f"Payment {payment.status}: {payment.reason or 'no reason given'}")


def mistaken(order: OrderRequest, what: str) -> OrderResult:
    """The result for an order of which an activity was given something else, as a rerun with another input does."""
    return _result(order, "cancelled", f"{what}; nothing was confirmed, and what was done is undone")


def mispaid(order: OrderRequest, wanted: Charge, payment: Payment) -> OrderResult:
    """The result for an order for which something else was charged."""
    asked = payment.asked or wanted
    cents = asked.amount_cents if payment.amount_cents is None else payment.amount_cents
    paid, due = money(cents, payment.currency or asked.currency), money(wanted.amount_cents, wanted.currency)
    whose = f" to {asked.customer} under the key {asked.key}" if paid == due else ""
    return _result(order, "cancelled", f"{paid} were charged{whose} where {due} were due; that payment was voided")


def unheld(order: OrderRequest, wanted: Charge) -> OrderResult:
    """The result for an order that was paid, and whose stock had been given back."""
    refund = money(wanted.amount_cents, wanted.currency)
    return _result(order, "cancelled", f"The stock is not held for this order any more; {refund} were refunded")


def unpayable(order: OrderRequest, reason: str) -> OrderResult:
    """The result for an order whose payment could not be settled, and was voided."""
    return _result(order, "cancelled", f"The payment gateway could not be reached, nothing stays charged: {reason}")


def unreservable(order: OrderRequest, reason: str) -> OrderResult:
    """The result for an order whose stock could not be looked at."""
    return _result(order, "cancelled", f"The stock could not be reserved: {reason}")


def _result(order: OrderRequest, status: str, message: str, *, payment_id: str | None = None) -> OrderResult:
    given = {"order_id": order.order_id, "status": status, "message": message, "payment_id": payment_id}
    return OrderResult.model_validate(given)
