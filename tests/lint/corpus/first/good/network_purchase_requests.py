# near: NETWORK
import dapr.ext.workflow as wf


def approve_purchases(ctx: wf.DaprWorkflowContext, department: dict):
    """`requests` are requests to buy something."""
    requests = department["requests"]
    small = [one for one in requests if one["cents"] < 10_000]
    requests.sort(key=lambda one: one["id"])
    for one in requests:
        if one not in small:
            yield ctx.call_activity("ask_head", input=one)
    yield ctx.call_activity("order_all", input=small)
    return requests.pop()["id"] if requests else None
