# expect: CLOCK
from datetime import datetime, timedelta, timezone

import dapr.ext.workflow as wf


def wait_for_render(ctx: wf.DaprWorkflowContext, job: dict):
    deadline = datetime.now(timezone.utc) + timedelta(hours=2)  # <- CLOCK
    for _ in range(24):
        state = yield ctx.call_activity("render_state", input=job["id"])
        if state == "done":
            break
        yield ctx.create_timer(timedelta(minutes=5))
    else:
        yield ctx.call_activity("cancel_render", input={"job": job["id"], "deadline": deadline.isoformat()})
        return "cancelled"
    return "rendered"
