# expect: FILES, PAYLOAD
from dapr.ext.workflow import DaprWorkflowContext


def upload_scan(ctx: DaprWorkflowContext, scan: dict):
    yield ctx.call_activity("upload", input=open(scan["path"], "rb"))  # <- FILES, PAYLOAD
    yield ctx.call_activity("finish", input={"scan": scan["id"], "token": object()})  # <- PAYLOAD
    return scan["id"]
