from collections.abc import Generator
from typing import Any

from durably.authoring.approvals import approval
from durably.contracts.names import (
    CONFIRM_ORDER,
    ORDER_PROCESSING,
    PROCESS_PAYMENT,
    RESERVE_INVENTORY,
    VALIDATE_ORDER,
)
from durably.contracts.orders import Charge, Handover, OrderCheck, OrderRequest, OrderResult, Payment, Reservation
from durably.domain import order_results, orders
from durably.domain.approvals import told
from durably.domain.policies import LOCAL, MUST_SUCCEED, PAYMENT
from durably.engine.registry import WorkflowDefinition
from durably.engine.workflow import TaskFailedError, WorkflowContext, retry

COMPENSATING, COMPENSATED = "compensating", "compensated"
CONFIRMING, CONFIRMED = "confirming", "confirmed"


def order_processing(ctx: WorkflowContext, order: OrderRequest) -> Generator[Any, Any, OrderResult]:
    """Validate an order, have a large one approved, reserve its items, charge the customer, confirm: a saga.

    An order with problems, or one that is not approved in time, ends `rejected`: nothing was done for it. Then
    everything hangs on one key, the execution id of `reserve_inventory`.

    - What is not in stock: what else was held is released; the order ends `rejected`.
    - A payment that is declined: the stock is released; the order ends `cancelled`.
    - A gateway that answers too late, or not at all: each further attempt first asks what became of the key, so that a
      charge that was made is found, and not made again. If the gateway is silent to the last attempt, nobody knows
      whether the customer was charged: the payment is voided, which refunds it or forbids it, and only then is the
      stock released; the order ends `cancelled`.
    - A payment that was made is the point of no return: from there `confirm_order` is tried until it succeeds.

    Whoever reruns an order may give one of its activities another input. So nothing that an activity brings is believed
    of which the order itself says otherwise: what was checked, held, charged and handed over has to be the order's own.
    What was not is undone, and the order ends `cancelled`, as one does that was paid and whose stock had been given
    back; a charge that this run did not make is left alone. One of which the stock knows nothing any more fails, with
    its payment as it is.

    A compensation that fails is tried again for days, every quarter of an hour in the end; meanwhile the custom status
    is `compensating`, and each failed attempt is in the history.
    """
    check = OrderCheck.model_validate((yield ctx.call_activity(VALIDATE_ORDER, input=order, retry_policy=retry(LOCAL))))
    if not orders.is_checked(order, check):
        return order_results.mistaken(order, "Another order was validated")
    if check.problems:
        return order_results.rejected(order, *check.problems)
    if check.approval is not None:
        decision = yield from approval(ctx, check.approval)
        if decision.outcome != "approved":
            return order_results.rejected(order, told(decision))
    try:
        reservation = Reservation.model_validate(
            (yield ctx.call_activity(RESERVE_INVENTORY, input=order, retry_policy=retry(LOCAL)))
        )
    except TaskFailedError as error:
        yield from _compensate(ctx, orders.compensations(order, None))
        return order_results.unreservable(order, error.details.message)
    if not orders.is_reserved(order, reservation) or reservation.shortage is not None:
        yield from _compensate(ctx, orders.compensations(order, reservation))
        return order_results.unreserved(order, reservation)
    return (yield from _pay_and_confirm(ctx, order, reservation))


def _pay_and_confirm(
    ctx: WorkflowContext, order: OrderRequest, reservation: Reservation
) -> Generator[Any, Any, OrderResult]:
    charge = orders.charge(order, reservation)
    try:
        payment = yield from _pay(ctx, charge)
        if orders.is_unasked(charge, payment):
            payment = yield from _pay(ctx, charge)
    except TaskFailedError as error:
        yield from _compensate(ctx, orders.compensations(order, reservation, in_doubt=charge))
        return order_results.unpayable(order, error.details.message)
    if payment.status != "charged":
        yield from _compensate(ctx, orders.compensations(order, reservation))
        return order_results.declined(order, payment)
    if not orders.is_paid(charge, payment):
        yield from _compensate(ctx, orders.compensations(order, reservation, in_doubt=payment.asked or charge))
        return order_results.mispaid(order, charge, payment)
    if not (yield from _confirm(ctx, order, reservation)):
        yield from _compensate(ctx, orders.compensations(order, reservation, in_doubt=charge))
        return order_results.unheld(order, charge)
    return order_results.confirmed(order, payment)


def _pay(ctx: WorkflowContext, charge: Charge) -> Generator[Any, Any, Payment]:
    return Payment.model_validate((yield ctx.call_activity(PROCESS_PAYMENT, input=charge, retry_policy=retry(PAYMENT))))


def _confirm(ctx: WorkflowContext, order: OrderRequest, reservation: Reservation) -> Generator[Any, Any, bool]:
    """Whether the goods have left the stock; asked once more where that is not what came of the first time."""
    ctx.set_custom_status(CONFIRMING)
    sale, handover = orders.sale(order, reservation), None
    for _ in range(2):
        given = yield ctx.call_activity(CONFIRM_ORDER, input=sale, retry_policy=retry(MUST_SUCCEED))
        handover = None if given is None else Handover.model_validate(given)
        if orders.is_handed_over(order, reservation, handover):
            ctx.set_custom_status(CONFIRMED)
            return True
    if handover is not None and not handover.given_back:
        raise orders.SaleLostError(f"Nobody knows what became of the stock of {reservation.reservation_id}")
    return False


def _compensate(ctx: WorkflowContext, plan: tuple[orders.Compensation, ...]) -> Generator[Any, Any, None]:
    ctx.set_custom_status(COMPENSATING)
    for step in plan:
        yield ctx.call_activity(step.activity, input=step.given, retry_policy=retry(MUST_SUCCEED))
    ctx.set_custom_status(COMPENSATED)


ORDER_PROCESSING_V1 = WorkflowDefinition(
    name=ORDER_PROCESSING, version="v1", run=order_processing, input_model=OrderRequest, result_model=OrderResult
)
