# near: LOGGING
import functools
import logging

import dapr.ext.workflow as wf

logger = logging.getLogger("bridge")


def logged(function):
    @functools.wraps(function)
    def wrapper(ctx, *args):
        if not ctx.is_replaying:
            logger.info("%s%r", function.__name__, args)
        return function(ctx, *args)

    return wrapper


@logged
def _raise_bridge(ctx: wf.DaprWorkflowContext, ship: str):
    return ctx.call_activity("raise_bridge", input=ship)


def pass_bridge(ctx: wf.DaprWorkflowContext, ships: list):
    for ship in ships:
        yield _raise_bridge(ctx, ship)
    yield ctx.call_activity("lower_bridge", input=len(ships))
