# expect: GLOBALS
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()

maintenance = False


def set_maintenance(on: bool) -> None:
    global maintenance
    maintenance = on


@wfr.activity
def start_machine(ctx: wf.WorkflowActivityContext, machine: str) -> str:
    return f"{machine} runs"


@wfr.workflow
def shift(ctx: wf.DaprWorkflowContext, machine: str):
    if maintenance:  # <- GLOBALS
        return "in maintenance"
    return (yield ctx.call_activity(start_machine, input=machine))
