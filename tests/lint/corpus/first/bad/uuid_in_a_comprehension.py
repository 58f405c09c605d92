# expect: UUID
from uuid import uuid1

import dapr.ext.workflow as wf


def issue_vouchers(ctx: wf.DaprWorkflowContext, campaign: dict):
    """One voucher for each customer, all at once."""
    vouchers = [{"code": f"V-{uuid1()}", "customer": customer} for customer in campaign["customers"]]  # <- UUID
    yield wf.when_all([ctx.call_activity("issue_voucher", input=voucher) for voucher in vouchers])
    return len(vouchers)
