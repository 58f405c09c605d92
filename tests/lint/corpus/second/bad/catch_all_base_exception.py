# expect: CATCH_ALL
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def fly(ctx: wf.WorkflowActivityContext, drone: str) -> str:
    return f"{drone} flew"


@wfr.activity
def land(ctx: wf.WorkflowActivityContext, drone: str) -> str:
    return f"{drone} landed"


@wfr.workflow
def patrol(ctx: wf.DaprWorkflowContext, drone: str):
    result = "not flown"
    try:
        result = yield ctx.call_activity(fly, input=drone)
    except BaseException:  # <- CATCH_ALL
        result = "crashed"
    finally:
        yield ctx.call_activity(land, input=drone)
    return result
