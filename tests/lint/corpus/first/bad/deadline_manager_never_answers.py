# expect: DEADLINE
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
def request_leave(ctx: wf.DaprWorkflowContext, leave: dict):
    yield ctx.call_activity(ask_manager, input=leave)
    answer = yield ctx.wait_for_external_event("manager_answer")  # <- DEADLINE
    return "granted" if answer["granted"] else "refused"


@wfr.activity
def ask_manager(ctx: wf.WorkflowActivityContext, leave: dict) -> None:
    print(f"may {leave['who']} leave?")
