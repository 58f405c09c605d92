# expect: UNORDERED
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def crawl(ctx: wf.WorkflowActivityContext, link: str) -> int:
    return len(link)


@wfr.workflow
def crawl_links(ctx: wf.DaprWorkflowContext, links: list):
    unique = list(set(links))  # <- UNORDERED
    sizes = yield wf.when_all([ctx.call_activity(crawl, input=link) for link in unique])  # <~ UNORDERED
    return sum(sizes)
