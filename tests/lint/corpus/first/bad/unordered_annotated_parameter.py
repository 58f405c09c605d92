# expect: UNORDERED
import dapr.ext.workflow as wf


def _tag_all(ctx: wf.DaprWorkflowContext, photo: str, tags: set[str]):
    for tag in tags:  # <- UNORDERED
        yield ctx.call_activity("tag_photo", input={"photo": photo, "tag": tag})


def sort_photo(ctx: wf.DaprWorkflowContext, photo: dict):
    seen = yield ctx.call_activity("recognise", input=photo["id"])
    yield from _tag_all(ctx, photo["id"], {thing.lower() for thing in seen})
    return "sorted"
