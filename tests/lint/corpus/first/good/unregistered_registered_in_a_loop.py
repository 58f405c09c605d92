# near: UNREGISTERED
import dapr.ext.workflow as wf


def pick(ctx: wf.WorkflowActivityContext, order: dict) -> dict:
    return {**order, "picked": True}


def pack(ctx: wf.WorkflowActivityContext, order: dict) -> dict:
    return {**order, "packed": True}


def fulfil(ctx: wf.DaprWorkflowContext, order: dict):
    picked = yield ctx.call_activity(pick, input=order)
    return (yield ctx.call_activity("pack", input=picked))


def fulfil_many(ctx: wf.DaprWorkflowContext, orders: list):
    return (yield wf.when_all([ctx.call_child_workflow(fulfil, input=order) for order in orders]))


def build() -> wf.WorkflowRuntime:
    runtime = wf.WorkflowRuntime()
    for workflow in (fulfil, fulfil_many):
        runtime.register_workflow(workflow)
    for activity in (pick, pack):
        runtime.register_activity(activity)
    return runtime
