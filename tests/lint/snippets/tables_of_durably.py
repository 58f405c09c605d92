from durably.authoring import *
from durably.authoring import ActivityDefinition as A, WorkflowDefinition as W

NAME = "order"


async def run(ctx: ActivityContext, order):
    print(order)


async def orphan(ctx, order):
    print(order)


def order(ctx: WorkflowContext, x):
    yield ctx.call_activity("run", input=x)
    yield ctx.call_activity(SEND_NOTIFICATION, input=x)
    yield ctx.call_activity("send_notification", input=x)
    yield ctx.call_activity("nope", input=x)  # <- UNREGISTERED
    y = yield run(ctx, x)  # <- DIRECT


DEF = W(NAME, "v1", order, M, R)
ACTS = (A("run", run, M),)
