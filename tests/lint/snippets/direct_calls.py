def charge(ctx: WorkflowActivityContext, x):
    return x


def tax(x):
    return x * 2


def wf(ctx: DaprWorkflowContext, x):
    a = charge(ctx, x)  # <- DIRECT
    b = yield charge(None, x)  # <- DIRECT
    c = tax(x)
    d = yield ctx.call_activity(charge, input=c)
    yield ctx.call_activity(charge(None, x), input=c)  # <- DIRECT
