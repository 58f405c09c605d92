# near: UNREGISTERED
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity(name="check-stock")
def check_stock(ctx: wf.WorkflowActivityContext, sku: str) -> int:
    return len(sku)


@wfr.workflow(name="sell")
def sell(ctx: wf.DaprWorkflowContext, sale: dict):
    stock = yield ctx.call_activity("check-stock", input=sale["sku"])
    if stock < sale["count"]:
        return "sold out"
    yield ctx.call_activity("charge", input=sale, app_id="payments")
    yield ctx.call_child_workflow("ship", input=sale, app_id="logistics")
    return "sold"
