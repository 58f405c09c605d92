import os
from datetime import datetime, timezone
from dapr.ext.workflow import DaprWorkflowContext


def _late(ctx, at=None, region=os.environ.get("R")):  # <- ENV
    at = at or datetime.now(timezone.utc)  # <- CLOCK
    return at


def w(ctx: DaprWorkflowContext, x):
    key = lambda i: i
    ranked = sorted(x, key=lambda i: datetime.now())  # <- CLOCK
    yield ctx.call_activity("a", input=str(_late(ctx)))
