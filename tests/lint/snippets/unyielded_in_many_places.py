def wf(ctx: DaprWorkflowContext, x):
    ctx.call_activity("a", input=x)  # <- UNYIELDED
    t = ctx.create_timer(5)  # <- UNYIELDED
    v = ctx.call_activity("b", input=x)  # <- UNYIELDED
    if v["ok"]:
        yield ctx.create_timer(1)
    ts = [ctx.call_activity("c", input=i) for i in x]
    yield when_all(ts)
    us = []
    for i in x:
        us.append(ctx.call_activity("c", input=i))  # <- UNYIELDED
    when_all(ts)  # <- UNYIELDED
    w = ctx.call_activity("c", input=1)
    z = w
    r = yield z
    return ctx.call_activity("c", input=1)  # <- UNYIELDED
