# near: DIRECT
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def charge(ctx: WorkflowContext, order: dict[str, Any]) -> Generator[Any, Any, dict[str, Any]]:
    """A part of the workflow: it yields activities itself."""
    payment = yield ctx.call_activity("charge_card", input=order, retry_policy=retry(LOCAL))
    yield ctx.call_activity("book_payment", input=payment, retry_policy=retry(LOCAL))
    return payment


def order_book(ctx: WorkflowContext, order: dict[str, Any]) -> Generator[Any, Any, dict[str, Any]]:
    payment = yield from charge(ctx, order)
    yield ctx.call_activity("send_book", input={**order, "paid": payment["cents"]}, retry_policy=retry(LOCAL))
    return payment
