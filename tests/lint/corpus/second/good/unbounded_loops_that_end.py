# near: UNBOUNDED
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def page_of(ctx: wf.WorkflowActivityContext, number: int) -> list:
    return [number] if number < 3 else []


def _collatz(number: int) -> int:
    steps = 0
    while True:
        if number == 1:
            return steps
        number = number // 2 if number % 2 == 0 else 3 * number + 1
        steps += 1


@wfr.workflow
def read_pages(ctx: wf.DaprWorkflowContext, limit: int):
    rows, number = [], 0
    while number < limit:
        page = yield ctx.call_activity(page_of, input=number)
        if not page:
            break
        rows.extend(page)
        number += 1
    return {"rows": rows, "steps": _collatz(number + 1)}
