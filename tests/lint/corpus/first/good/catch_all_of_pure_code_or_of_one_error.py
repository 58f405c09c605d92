# near: CATCH_ALL
import json
from collections.abc import Generator
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any

from durably.authoring import LOCAL, TaskFailedError, WorkflowContext, retry


def _amount(text: str) -> str:
    try:
        return str(Decimal(json.loads(text)["amount"]))
    except Exception:
        return "0"


def read_receipt(ctx: WorkflowContext, receipt: dict[str, Any]) -> Generator[Any, Any, str]:
    try:
        text = yield ctx.call_activity("read_photo", input=receipt["photo"], retry_policy=retry(LOCAL))
    except TaskFailedError as error:
        return f"unreadable: {error.details.message}"
    amount = _amount(text)
    with suppress(InvalidOperation):
        amount = str(Decimal(amount).quantize(Decimal("0.01")))
    with suppress(TaskFailedError):
        yield ctx.call_activity("tell_accounting", input=amount, retry_policy=retry(LOCAL))
    return amount
