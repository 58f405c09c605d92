# near: LOGGING
import logging
from typing import Any

import dapr.ext.workflow as wf

logger = logging.getLogger(__name__)


def _say(ctx: wf.DaprWorkflowContext, text: str, *more: Any) -> None:
    if not ctx.is_replaying:
        logger.info(text, *more)


def dig(ctx: wf.DaprWorkflowContext, tunnel: dict):
    for metre in range(tunnel["metres"]):
        rock = yield ctx.call_activity("dig_metre", input={"tunnel": tunnel["id"], "metre": metre})
        _say(ctx, "metre %d is %s", metre, rock)
        if rock == "water" and not ctx.is_replaying:
            print(f"water at {metre}")
    return tunnel["id"]
