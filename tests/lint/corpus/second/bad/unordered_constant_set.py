# expect: UNORDERED
from dapr.ext.workflow import DaprWorkflowContext

CHECKS = frozenset({"virus", "spelling", "licence"})


def check_upload(ctx: DaprWorkflowContext, upload: str):
    passed = []
    for name in CHECKS:  # <- UNORDERED
        if (yield ctx.call_activity("check_upload", input={"upload": upload, "check": name})):
            passed.append(name)
    return len(passed)
