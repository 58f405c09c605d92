# expect: FILES
import sqlite3

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
def restock(ctx: wf.DaprWorkflowContext, shop: str):
    db = sqlite3.connect("stock.db")  # <- FILES
    low = db.execute("select sku from stock where shop = ? and count < 5 order by sku", (shop,)).fetchall()
    for (sku,) in low:
        yield ctx.call_activity(order_more, input={"shop": shop, "sku": sku})
    return len(low)


@wfr.activity
def order_more(ctx: wf.WorkflowActivityContext, line: dict) -> str:
    return f"ordered {line['sku']} for {line['shop']}"
