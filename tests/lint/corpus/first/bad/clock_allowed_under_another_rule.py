# expect: CLOCK
import datetime as dt

from dapr.ext.workflow import DaprWorkflowContext


def renew_subscription(ctx: DaprWorkflowContext, subscription: dict):
    """Charge for the month that begins today."""
    today = dt.date.today()  # durably: allow[RANDOM] only the month matters  # <- CLOCK
    invoice = {"customer": subscription["customer"], "month": f"{today.year}-{today.month:02}"}
    receipt = yield ctx.call_activity("charge_card", input=invoice)
    yield ctx.call_activity("send_receipt", input=receipt)
    return receipt
