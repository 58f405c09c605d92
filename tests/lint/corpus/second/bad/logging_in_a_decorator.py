# expect: LOGGING
import logging
from functools import wraps

import dapr.ext.workflow as wf

logger = logging.getLogger(__name__)


def logged(function):
    @wraps(function)
    def wrapper(*args):
        logger.info("%s%r", function.__name__, args)  # <- LOGGING
        return function(*args)

    return wrapper


@logged
def _toll(weight: int, axles: int) -> int:
    return axles * (90 if weight > 12 else 40)


def cross_bridge(ctx: wf.DaprWorkflowContext, lorry: dict):
    cents = _toll(lorry["tons"], lorry["axles"])
    yield ctx.call_activity("take_toll", input={"plate": lorry["plate"], "cents": cents})
    return cents
