# near: ENV
import os
import platform

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def settings(ctx: wf.WorkflowActivityContext, _: None) -> dict:
    return {"limit": int(os.getenv("LIMIT", "100")), "host": platform.node(), "pid": os.getpid()}


@wfr.activity
def approve(ctx: wf.WorkflowActivityContext, loan: dict) -> str:
    return f"approved {loan['id']}"


@wfr.workflow
def small_loan(ctx: wf.DaprWorkflowContext, loan: dict):
    found = yield ctx.call_activity(settings, input=None)
    if loan["amount"] > found["limit"]:
        return "too large"
    return (yield ctx.call_activity(approve, input=loan))
