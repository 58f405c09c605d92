# near: LOGGING
import logging

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()
logger = logging.getLogger("elections")


@wfr.activity
def count(ctx: wf.WorkflowActivityContext, district: str) -> int:
    logger.info("counting %s", district)
    return len(district)


@wfr.workflow
def election(ctx: wf.DaprWorkflowContext, districts: list):
    total = 0
    for district in districts:
        total += yield ctx.call_activity(count, input=district)
        if not ctx.is_replaying:
            logger.info("%s after %s", total, district)
    if not ctx.is_replaying and total == 0:
        print("nobody voted")
    return total
