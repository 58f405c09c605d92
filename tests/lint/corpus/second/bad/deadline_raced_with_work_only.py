# expect: DEADLINE
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def long_search(ctx: wf.WorkflowActivityContext, question: str) -> list:
    return [question]


@wfr.activity
def cancel_search(ctx: wf.WorkflowActivityContext, question: str) -> None: ...


@wfr.workflow
def search(ctx: wf.DaprWorkflowContext, question: str):
    stop = ctx.wait_for_external_event("stop")  # <- DEADLINE
    found = ctx.call_activity(long_search, input=question)
    yield wf.when_all([found, stop])
    yield ctx.call_activity(cancel_search, input=question)
    return found.get_result()
