# near: CLOCK
import time

from dapr.ext.workflow import DaprWorkflowContext


def tune(ctx: DaprWorkflowContext, string: str):
    began = time.perf_counter()  # durably: allow[CLOCK] only shown to the developer, never recorded
    pitch = yield ctx.call_activity("listen", input=string)
    if not ctx.is_replaying:
        print(time.perf_counter() - began)  # durably: allow[CLOCK] as above
    return pitch
