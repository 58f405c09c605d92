# near: UNYIELDED
import dapr.ext.workflow as wf


def compare_offers(ctx: wf.DaprWorkflowContext, request: dict):
    """All offers are asked for at once, and waited for together."""
    tasks = []
    for insurer in request["insurers"]:
        offer = ctx.call_activity("ask_for_offer", input={"insurer": insurer, "car": request["car"]})
        tasks.append(offer)
    history = ctx.call_activity("driving_history", input=request["driver"])
    offers = yield wf.when_all(tasks)
    discount = yield history
    return min(offer["cents"] for offer in offers) - discount
