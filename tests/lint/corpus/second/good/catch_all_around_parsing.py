# near: CATCH_ALL
import json

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def read_config(ctx: wf.WorkflowActivityContext, name: str) -> str:
    return '{"retries": 3}'


@wfr.activity
def drop(ctx: wf.WorkflowActivityContext, name: str) -> None: ...


@wfr.workflow
def load_config(ctx: wf.DaprWorkflowContext, name: str):
    text = yield ctx.call_activity(read_config, input=name)
    try:
        config = json.loads(text)
    except Exception:
        config = {}
    try:
        yield ctx.call_activity(drop, input=name)
    except wf.TaskFailedError:
        config["dropped"] = False
    return config
