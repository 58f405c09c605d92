# expect: UNYIELDED
from datetime import timedelta

from dapr.ext.workflow import DaprWorkflowContext


def trial_period(ctx: DaprWorkflowContext, customer: str):
    yield ctx.call_activity("begin_trial", input=customer)
    pause = ctx.create_timer(timedelta(days=14))  # <- UNYIELDED
    yield ctx.call_activity("end_trial", input=customer)
    return "over"
