# expect: DIRECT
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity(name="parse")
def parse(ctx: wf.WorkflowActivityContext, line: str) -> dict:
    name, _, value = line.partition("=")
    return {"name": name.strip(), "value": value.strip()}


@wfr.activity(name="apply")
def apply(ctx: wf.WorkflowActivityContext, setting: dict) -> str:
    return setting["name"]


@wfr.workflow(name="configure")
def configure(ctx: wf.DaprWorkflowContext, lines: list):
    settings = [parse(None, line) for line in lines]  # <- DIRECT
    for setting in settings:
        yield ctx.call_activity(apply, input=setting)
    return len(settings)
