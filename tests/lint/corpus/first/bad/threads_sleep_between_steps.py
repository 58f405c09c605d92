# expect: THREADS
from time import sleep

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
def warm_up(ctx: wf.DaprWorkflowContext, oven: str):
    yield ctx.call_activity(heat, input=oven)
    sleep(30)  # <- THREADS
    temperature = yield ctx.call_activity(measure, input=oven)
    return temperature


@wfr.activity
def heat(ctx: wf.WorkflowActivityContext, oven: str) -> None:
    sleep(1)


@wfr.activity
def measure(ctx: wf.WorkflowActivityContext, oven: str) -> float:
    return 180.0
