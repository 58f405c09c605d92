# near: UNREGISTERED
import dapr.ext.workflow as wf


def sow(ctx: wf.WorkflowActivityContext, bed: str) -> str:
    return f"{bed} sown"


def reap(ctx: wf.WorkflowActivityContext, bed: str) -> str:
    return f"{bed} reaped"


def season(ctx: wf.DaprWorkflowContext, bed: str):
    yield ctx.call_activity("sow", input=bed)
    return (yield ctx.call_activity(reap, input=bed))


ACTIVITIES = [sow, reap]
WORKFLOWS = [season]


def start(runtime: wf.WorkflowRuntime) -> None:
    for one in ACTIVITIES:
        runtime.register_activity(one)
    for one in WORKFLOWS:
        runtime.register_workflow(one)
    runtime.start()
