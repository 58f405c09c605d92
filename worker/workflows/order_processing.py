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
from durably.contracts.orders import OrderCheck, OrderRequest, OrderResult, Payment, Reservation
from durably.domain import orders
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

    A compensation that fails is tried again for days, every quarter of an hour in the end; meanwhile the custom status
    is `compensating`, and each failed attempt is in the history.
    """
    check = OrderCheck.model_validate((yield ctx.call_activity(VALIDATE_ORDER, input=order, retry_policy=retry(LOCAL))))
    if check.problems:
        return orders.rejected(order, *check.problems)
    if check.approval is not None:
        decision = yield from approval(ctx, check.approval)
        if decision.outcome != "approved":
            return orders.rejected(order, told(decision))
    try:
        reservation = Reservation.model_validate(
            (yield ctx.call_activity(RESERVE_INVENTORY, input=order, retry_policy=retry(LOCAL)))
        )
    except TaskFailedError as error:
        yield from _compensate(ctx, orders.compensations(order, None))
        return orders.unreservable(order, error.details.message)
    if reservation.shortage is not None:
        yield from _compensate(ctx, orders.compensations(order, reservation))
        return orders.rejected(order, reservation.shortage)
    return (yield from _pay_and_confirm(ctx, order, reservation, check.total_cents))


def _pay_and_confirm(
    ctx: WorkflowContext, order: OrderRequest, reservation: Reservation, total_cents: int
) -> Generator[Any, Any, OrderResult]:
    charge = orders.charge(order, reservation, total_cents)
    try:
        payment = Payment.model_validate(
            (yield ctx.call_activity(PROCESS_PAYMENT, input=charge, retry_policy=retry(PAYMENT)))
        )
    except TaskFailedError as error:
        yield from _compensate(ctx, orders.compensations(order, reservation, in_doubt=charge))
        return orders.unpayable(order, error.details.message)
    if payment.status != "charged":
        yield from _compensate(ctx, orders.compensations(order, reservation))
        return orders.declined(order, payment)
    ctx.set_custom_status(CONFIRMING)
    sale = orders.sale(order, reservation)
    yield ctx.call_activity(CONFIRM_ORDER, input=sale, retry_policy=retry(MUST_SUCCEED))
    ctx.set_custom_status(CONFIRMED)
    return orders.confirmed(order, total_cents, payment)


def _compensate(ctx: WorkflowContext, plan: tuple[orders.Compensation, ...]) -> Generator[Any, Any, None]:
    ctx.set_custom_status(COMPENSATING)
    for step in plan:
        yield ctx.call_activity(step.activity, input=step.given, retry_policy=retry(MUST_SUCCEED))
    ctx.set_custom_status(COMPENSATED)


ORDER_PROCESSING_V1 = WorkflowDefinition(
    name=ORDER_PROCESSING, version="v1", run=order_processing, input_model=OrderRequest, result_model=OrderResult
)
