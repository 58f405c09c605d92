# near: LOGGING
import logging

from dapr.ext.workflow import DaprWorkflowContext


def _announce(order: dict) -> None:
    logging.info("order %s is ready", order["id"])


def prepare(ctx: DaprWorkflowContext, order: dict):
    yield ctx.call_activity("prepare_meal", input=order)
    if not ctx.is_replaying:
        _announce(order)
    ctx.set_custom_status("ready")
    yield ctx.call_activity("ring_bell", input=order["table"])
