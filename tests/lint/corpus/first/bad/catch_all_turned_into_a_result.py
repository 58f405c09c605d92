# expect: CATCH_ALL
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow
def import_feed(ctx: wf.DaprWorkflowContext, feed: str):
    try:
        count = yield ctx.call_activity(fetch_feed, input=feed)
    except Exception as error:  # <- CATCH_ALL
        return {"feed": feed, "error": str(error)}
    return {"feed": feed, "count": count}


@wfr.activity
def fetch_feed(ctx: wf.WorkflowActivityContext, feed: str) -> int:
    return len(feed)
