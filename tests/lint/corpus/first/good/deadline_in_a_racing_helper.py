# near: DEADLINE
from datetime import timedelta

import dapr.ext.workflow as wf


def _within(ctx: wf.DaprWorkflowContext, task, hours: int):
    late = ctx.create_timer(timedelta(hours=hours))
    winner = yield wf.when_any([task, late])
    return None if winner is late else task.get_result()


def take_return(ctx: wf.DaprWorkflowContext, shipment: dict):
    yield ctx.call_activity("send_label", input=shipment)
    arrived = yield from _within(ctx, ctx.wait_for_external_event("arrived"), hours=240)
    if arrived is None:
        return "never arrived"
    yield ctx.call_activity("refund", input=shipment)
    return "refunded"
