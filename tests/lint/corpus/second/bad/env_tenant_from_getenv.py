# expect: ENV
from os import getenv

import dapr.ext.workflow as wf


def _queue_for(kind: str) -> str:
    stage = getenv("STAGE") or "dev"  # <- ENV
    return f"{stage}-{kind}"


def route_document(ctx: wf.DaprWorkflowContext, scan: dict):
    kind = yield ctx.call_activity("classify", input=scan["page"])
    yield ctx.call_activity("enqueue", input={"queue": _queue_for(kind), "scan": scan["id"]})
    return kind
