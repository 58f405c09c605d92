# near: CLOCK
from datetime import datetime, timezone

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


def _now() -> str:
    return datetime.now(timezone.utc).isoformat()


@wfr.activity
def stamp(ctx: wf.WorkflowActivityContext, document: dict) -> dict:
    return {**document, "received": _now()}


@wfr.activity
def archive(ctx: wf.WorkflowActivityContext, document: dict) -> str:
    return f"{document['id']} of {document['received']}"


@wfr.workflow
def receive_document(ctx: wf.DaprWorkflowContext, document: dict):
    stamped = yield ctx.call_activity(stamp, input=document)
    return (yield ctx.call_activity(archive, input=stamped))
