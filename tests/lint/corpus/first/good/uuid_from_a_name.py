# near: UUID
import uuid

import dapr.ext.workflow as wf

NAMESPACE = uuid.UUID("6ba7b810-9dad-11d1-80b4-00c04fd430c8")


def pay_supplier(ctx: wf.DaprWorkflowContext, bill: dict):
    """The same bill has the same key, whichever replay computes it."""
    key = uuid.uuid5(NAMESPACE, f"{ctx.instance_id}/{bill['number']}").hex
    yield ctx.call_activity("pay_supplier", input={"bill": bill["number"], "cents": bill["cents"], "key": key})
    return key
