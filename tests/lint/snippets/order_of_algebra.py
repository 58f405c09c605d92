import dapr.ext.workflow as wf


def w(ctx: wf.DaprWorkflowContext, order):
    a = {"red", "green"} - set(order["sold"])
    for c in a:  # <- UNORDERED
        yield ctx.call_activity("a", input=c)
    by = {}
    for c in a:
        by[c] = 1
    b = frozenset(order["x"])
    yield wf.when_all([ctx.call_activity("a", input=c) for c in b])  # <- UNORDERED
    yield wf.when_all(list(map(lambda c: ctx.call_activity("a", input=c), b)))  # <- UNORDERED
    yield ctx.call_activity("a", input=list(b))  # <- UNORDERED
    yield ctx.call_activity("a", input=sorted(b)[0])
    yield ctx.call_activity("a", input=len(b))
    u, v = tuple({1, 2})  # <- UNORDERED
    x = b.union(a)
    for c in x:  # <- UNORDERED
        yield ctx.call_activity("a", input=c)
    count = 0
    for c in x:
        count += 1
    if order["c"] in b:
        yield ctx.call_activity("a", input=count)
    while a:
        yield ctx.call_activity("a", input=a.pop())  # <- UNORDERED
