# expect: UNBOUNDED
from datetime import timedelta

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
def watch_service(ctx: wf.DaprWorkflowContext, service: str):
    while True:  # <- UNBOUNDED
        healthy = yield ctx.call_activity(probe, input=service)
        if not healthy:
            yield ctx.call_activity(page_someone, input=service)
        yield ctx.create_timer(timedelta(seconds=30 if healthy else 5))


@wfr.activity
def probe(ctx: wf.WorkflowActivityContext, service: str) -> bool:
    return bool(service)


@wfr.activity
def page_someone(ctx: wf.WorkflowActivityContext, service: str) -> None: ...
