# expect: PAYLOAD
from dapr.ext.workflow import DaprWorkflowContext, when_all


def publish_catalogue(ctx: DaprWorkflowContext, catalogue: dict):
    pages = catalogue["pages"]
    render = ctx.call_activity("render_pages", input=(page["id"] for page in pages))  # <- PAYLOAD
    index = ctx.call_activity("write_index", input={"title", "author", "year"})  # <- PAYLOAD
    yield when_all([render, index])
    return len(pages)
