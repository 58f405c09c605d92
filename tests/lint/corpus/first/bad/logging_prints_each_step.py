# expect: LOGGING
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
def brew(ctx: wf.DaprWorkflowContext, recipe: dict):
    print(f"brewing {recipe['name']}", flush=True)  # <- LOGGING
    for step in recipe["steps"]:
        yield ctx.call_activity(do_step, input=step)
    print("done")  # <- LOGGING
    return recipe["name"]


@wfr.activity
def do_step(ctx: wf.WorkflowActivityContext, step: str) -> None:
    print(step)
