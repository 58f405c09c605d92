# near: THREADS
import time
from concurrent.futures import ThreadPoolExecutor, as_completed

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


def _resize(path: str) -> str:
    time.sleep(0.1)
    return f"{path}.small"


@wfr.activity
def resize_all(ctx: wf.WorkflowActivityContext, paths: list) -> list:
    with ThreadPoolExecutor() as pool:
        return [done.result() for done in as_completed([pool.submit(_resize, path) for path in paths])]


@wfr.workflow
def gallery(ctx: wf.DaprWorkflowContext, paths: list):
    small = yield ctx.call_activity(resize_all, input=paths)
    for path in small:
        yield ctx.call_child_workflow(hang_up, input=path)
    return len(small)


@wfr.workflow
def hang_up(ctx: wf.DaprWorkflowContext, path: str):
    return (yield ctx.call_activity(resize_all, input=[path]))
