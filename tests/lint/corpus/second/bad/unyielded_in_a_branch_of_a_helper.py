# expect: UNYIELDED
from datetime import timedelta

from dapr.ext.workflow import DaprWorkflowContext


def _dunning_step(ctx: DaprWorkflowContext, invoice: dict, step: int):
    if step == 2:
        ctx.call_activity("warn_credit_office", input=invoice["customer"])  # <- UNYIELDED
    yield ctx.call_activity("send_dunning", input={"invoice": invoice["id"], "step": step})
    ctx.create_timer(timedelta(days=14))  # <- UNYIELDED


def dun(ctx: DaprWorkflowContext, invoice: dict):
    for step in range(3):
        yield from _dunning_step(ctx, invoice, step)
    return "sued"
