# expect: GLOBALS
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()

PRICES: dict[str, int] = {}


@wfr.activity
def load_price(ctx: wf.WorkflowActivityContext, sku: str) -> None:
    PRICES[sku] = 100 + len(sku)


@wfr.activity
def reserve(ctx: wf.WorkflowActivityContext, line: dict) -> str:
    return f"reserved {line['sku']}"


@wfr.workflow
def buy(ctx: wf.DaprWorkflowContext, sku: str):
    yield ctx.call_activity(load_price, input=sku)
    cents = PRICES[sku]  # <- GLOBALS
    return (yield ctx.call_activity(reserve, input={"sku": sku, "cents": cents}))
