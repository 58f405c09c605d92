# expect: NETWORK
import json

import dapr.ext.workflow as wf
from dapr.clients import DaprClient

wfr = wf.WorkflowRuntime()


@wfr.workflow(name="fulfil")
def fulfil(ctx: wf.DaprWorkflowContext, order: dict):
    parcel = yield ctx.call_activity(pack, input=order)
    dapr = DaprClient()  # <- NETWORK
    dapr.publish_event(pubsub_name="events", topic_name="packed", data=json.dumps(parcel))  # <~ NETWORK
    return parcel


@wfr.activity(name="pack")
def pack(ctx: wf.WorkflowActivityContext, order: dict) -> dict:
    return {"order": order["id"], "weight": len(order["lines"])}
