# near: UNORDERED
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()

ALLOWED = {"pdf", "txt", "odt"}


@wfr.activity
def convert(ctx: wf.WorkflowActivityContext, document: dict) -> str:
    return f"{document['name']}.html"


@wfr.workflow
def convert_all(ctx: wf.DaprWorkflowContext, documents: list):
    seen: set[str] = set()
    converted = []
    for document in documents:
        if document["name"] in seen or document["kind"] not in ALLOWED:
            continue
        seen.add(document["name"])
        converted.append((yield ctx.call_activity(convert, input=document)))
    longest = max((len(name) for name in seen), default=0)
    return {"converted": converted, "names": len(seen), "longest": longest}
