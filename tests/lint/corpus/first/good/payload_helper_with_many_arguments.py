# near: PAYLOAD
from datetime import timedelta
from typing import Any

from dapr.ext.workflow import DaprWorkflowContext, RetryPolicy

POLICY = RetryPolicy(first_retry_interval=timedelta(seconds=1), max_number_of_attempts=3)


def _mail(ctx: DaprWorkflowContext, to: str, subject: str, *lines: str) -> Any:
    body = "\n".join(line.strip() for line in lines)
    return ctx.call_activity("send_mail", input={"to": to, "subject": subject, "body": body}, retry_policy=POLICY)


def onboard(ctx: DaprWorkflowContext, person: dict):
    yield _mail(ctx, person["mail"], "Welcome", f"Dear {person['name']},", "welcome aboard.")
    yield ctx.call_activity("order_badge", input={"id": person["id"], "name": person["name"]})
    yield _mail(ctx, person["chief"], "New colleague", f"{person['name']} begins today.")
