# near: UNYIELDED
from collections.abc import Generator
from typing import Any

from durably.authoring import OUTBOUND, SEND_NOTIFICATION, Notification, WorkflowContext, retry


def cancel_event(ctx: WorkflowContext, event: dict[str, Any]) -> Generator[Any, Any, int]:
    for guest in event["guests"]:
        yield _tell(ctx, guest, f"{event['title']} is cancelled")
    yield from _refund(ctx, event)
    return len(event["guests"])


def _tell(ctx: WorkflowContext, guest: str, text: str) -> Any:
    letter = Notification(task_id=ctx.instance_id, assignee=guest, text=text)
    return ctx.call_activity(SEND_NOTIFICATION, input=letter, retry_policy=retry(OUTBOUND))


def _refund(ctx: WorkflowContext, event: dict[str, Any]) -> Generator[Any, Any, None]:
    for payment in event["payments"]:
        refund = ctx.call_activity("refund", input=payment, retry_policy=retry(OUTBOUND))
        yield refund
