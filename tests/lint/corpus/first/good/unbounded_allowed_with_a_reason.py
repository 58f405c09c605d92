# near: UNBOUNDED
from datetime import timedelta

from dapr.ext.workflow import DaprWorkflowContext


def follow_parcel(ctx: DaprWorkflowContext, parcel: str):
    days = 0
    while True:  # durably: allow[UNBOUNDED] at most 30 rounds, then the parcel counts as lost
        state = yield ctx.call_activity("parcel_state", input=parcel)
        days += 1
        if state == "delivered" or days == 30:
            return state
        yield ctx.create_timer(timedelta(days=1))
