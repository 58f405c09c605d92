# expect: UNORDERED
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
def announce(ctx: wf.DaprWorkflowContext, news: dict):
    recipients = set(news["readers"]) | set(news["editors"])
    for person in recipients:  # <- UNORDERED
        yield ctx.call_activity(tell, input={"to": person, "title": news["title"]})
    return len(recipients)


@wfr.activity
def tell(ctx: wf.WorkflowActivityContext, message: dict) -> None:
    print(message)
