# expect: RANDOM
from collections.abc import Generator
from secrets import token_urlsafe
from typing import Any

from durably.authoring import OUTBOUND, WorkflowContext, retry


def reset_password(ctx: WorkflowContext, account: dict[str, Any]) -> Generator[Any, Any, str]:
    """Send a link that is good for one login."""

    def link() -> str:
        return f"https://login.example/reset/{token_urlsafe(24)}"  # <- RANDOM

    message = {"to": account["mail"], "link": link()}
    yield ctx.call_activity("send_mail", input=message, retry_policy=retry(OUTBOUND))
    return account["id"]
