# expect: CLOCK, DEADLINE, UNBOUNDED
import datetime

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
def approve_budget(ctx: wf.DaprWorkflowContext, budget: dict):
    while True:  # <- UNBOUNDED
        yield ctx.call_activity(ask, input=budget)
        answer = yield ctx.wait_for_external_event("answer")  # <- DEADLINE
        if answer["by"] in budget["owners"]:
            break
    approved_on = datetime.date.today().isoformat()  # <- CLOCK
    return {"answer": answer, "approved_on": approved_on}


@wfr.activity
def ask(ctx: wf.WorkflowActivityContext, budget: dict) -> None:
    print(budget["title"], datetime.datetime.now())
