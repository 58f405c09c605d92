class M:
    pass


def w(ctx: DaprWorkflowContext, x):
    f = lambda i: i
    yield ctx.call_activity("a", input=f)  # <- PAYLOAD
    yield ctx.call_activity("a", input={"at": ctx.current_utc_datetime})  # <- PAYLOAD
    payload = {"f": open}
    yield ctx.call_activity("a", input=x.items())  # <- PAYLOAD
    yield ctx.call_activity("a", input=list(x.items()))
    yield ctx.call_activity("a", input=dict(zip(x, x)))
    yield ctx.call_activity("a", input=map(str, x))  # <- PAYLOAD
    yield ctx.call_activity("a", input=[str(i) for i in x])
    gen = (i for i in x)
    yield ctx.call_activity("a", input=gen)  # <- PAYLOAD
    yield ctx.call_activity("a", input=sorted({1, 2}))
    yield ctx.call_activity("a", input=len({1, 2}))
    yield ctx.call_activity("a", input=M())
    yield ctx.call_activity("a", input=M)  # <- PAYLOAD
    yield ctx.call_activity("a", input=set(x))  # <- PAYLOAD
    yield ctx.call_child_workflow("b", input=frozenset(x))  # <- PAYLOAD
    ctx.continue_as_new({1, 2})  # <- PAYLOAD
