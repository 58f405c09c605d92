# expect: CLOCK
import time
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def ship_parcel(ctx: WorkflowContext, parcel: dict[str, Any]) -> Generator[Any, Any, dict[str, Any]]:
    """Book a carrier, print the label, and say how long it took."""
    label = yield ctx.call_activity("book_carrier", input=parcel, retry_policy=retry(LOCAL))
    return _summary(parcel, label)


def _summary(parcel: dict[str, Any], label: str) -> dict[str, Any]:
    return {"parcel": parcel["id"], "label": label, **_timing()}


def _timing() -> dict[str, float]:
    return {"finished": time.monotonic()}  # <- CLOCK
