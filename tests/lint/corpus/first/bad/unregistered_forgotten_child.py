# expect: UNREGISTERED
import dapr.ext.workflow as wf

runtime = wf.WorkflowRuntime()


@runtime.activity
def list_shops(ctx: wf.WorkflowActivityContext, country: str) -> list[str]:
    return [f"{country}-1", f"{country}-2"]


@runtime.activity
def count_shop(ctx: wf.WorkflowActivityContext, shop: str) -> int:
    return len(shop)


def take_stock(ctx: wf.DaprWorkflowContext, shop: str):
    return (yield ctx.call_activity(count_shop, input=shop))


@runtime.workflow
def take_stock_everywhere(ctx: wf.DaprWorkflowContext, country: str):
    shops = yield ctx.call_activity(list_shops, input=country)
    counts = yield wf.when_all([ctx.call_child_workflow(take_stock, input=shop) for shop in shops])  # <- UNREGISTERED
    return sum(counts)
