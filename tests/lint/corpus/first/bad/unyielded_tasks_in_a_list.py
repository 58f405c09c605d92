# expect: UNYIELDED
from collections.abc import Generator
from typing import Any

from durably.authoring import OUTBOUND, WorkflowContext, retry


def remind_guests(ctx: WorkflowContext, party: dict[str, Any]) -> Generator[Any, Any, str]:
    guests = yield ctx.call_activity("guests_of", input=party["id"], retry_policy=retry(OUTBOUND))
    reminders = [ctx.call_activity("remind", input=guest) for guest in guests]  # <- UNYIELDED
    return f"{len(guests)} were reminded"
