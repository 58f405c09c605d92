# near: NETWORK
import httpx

import dapr.ext.workflow as wf
from dapr.clients import DaprClient

wfr = wf.WorkflowRuntime()


class Shop:
    def __init__(self, address: str) -> None:
        self.http = httpx.Client(base_url=address)

    def price(self, sku: str) -> int:
        return self.http.get(f"/prices/{sku}").json()["cents"]


@wfr.activity
def price_of(ctx: wf.WorkflowActivityContext, sku: str) -> int:
    return Shop("https://shop.example").price(sku)


@wfr.activity
def publish(ctx: wf.WorkflowActivityContext, price: dict) -> None:
    with DaprClient() as client:
        client.publish_event("events", "prices", str(price))


@wfr.workflow
def follow_price(ctx: wf.DaprWorkflowContext, sku: str):
    cents = yield ctx.call_activity(price_of, input=sku)
    yield ctx.call_activity(publish, input={"sku": sku, "cents": cents})
    return cents
