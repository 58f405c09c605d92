# expect: UUID
import uuid
from collections.abc import Generator
from typing import Any

from durably.authoring import OUTBOUND, WorkflowContext, retry


def pay_invoice(ctx: WorkflowContext, invoice: dict[str, Any]) -> Generator[Any, Any, str]:
    key = uuid.uuid4().hex  # <- UUID
    payment = {"invoice": invoice["id"], "cents": invoice["cents"], "key": key}
    yield ctx.call_activity("pay", input=payment, retry_policy=retry(OUTBOUND))
    yield ctx.call_activity("book_payment", input=payment, retry_policy=retry(OUTBOUND))
    return key
