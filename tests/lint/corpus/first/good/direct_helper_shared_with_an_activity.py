# near: DIRECT
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


def net(gross: int) -> int:
    return round(gross / 1.19)


@wfr.activity
def book(ctx: wf.WorkflowActivityContext, posting: dict) -> int:
    return net(posting["gross"])


@wfr.activity
def book_both(ctx: wf.WorkflowActivityContext, postings: dict) -> int:
    return book(ctx, postings["debit"]) - book(ctx, postings["credit"])


@wfr.workflow
def close_day(ctx: wf.DaprWorkflowContext, day: dict):
    difference = yield ctx.call_activity(book_both, input=day)
    expected = net(day["debit"]["gross"]) - net(day["credit"]["gross"])
    return difference == expected
