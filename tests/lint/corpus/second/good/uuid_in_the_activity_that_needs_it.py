# near: UUID
import uuid

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


def _serial() -> str:
    return str(uuid.uuid4()).upper()


def engrave(ctx: wf.WorkflowActivityContext, watch: dict) -> dict:
    return {**watch, "serial": _serial()}


def make_watch(ctx: wf.DaprWorkflowContext, model: str):
    watch = yield ctx.call_activity(engrave, input={"model": model})
    if uuid.UUID(watch["serial"]).int % 2:
        return {"watch": watch, "edition": "odd"}
    return {"watch": watch, "edition": "even"}


wfr.register_activity(engrave)
wfr.register_workflow(make_watch)
