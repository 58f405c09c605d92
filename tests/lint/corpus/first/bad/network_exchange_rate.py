# expect: NETWORK
import requests

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow(name="convert_invoice")
def convert_invoice(ctx: wf.DaprWorkflowContext, invoice: dict):
    answer = requests.get("https://rates.example/latest", params={"to": invoice["currency"]}, timeout=5)  # <- NETWORK
    cents = round(invoice["cents"] * answer.json()["rate"])
    yield ctx.call_activity(book_invoice, input={"id": invoice["id"], "cents": cents})
    return cents


@wfr.activity(name="book_invoice")
def book_invoice(ctx: wf.WorkflowActivityContext, invoice: dict) -> None:
    print(invoice)
