def wf(ctx: DaprWorkflowContext, x):
    ids = {i["id"] for i in x}
    names = list({"a", "b"})  # <- UNORDERED
    total = sum(ids)
    for i in ids:  # <- UNORDERED
        yield ctx.call_activity("a", input=i)
    for i in sorted(ids):
        yield ctx.call_activity("a", input=i)
    for k in {"b": 1}:
        yield ctx.call_activity("a", input=k)
    tasks = [ctx.call_activity("a", input=i) for i in ids]  # <- UNORDERED
    yield when_all(tasks)
    ok = all(i > 3 for i in ids)
    s = ",".join(ids)  # <- UNORDERED
    h = hash(s)  # <- UNORDERED
    seen = set()
    for i in ids:
        seen.add(i)
    rest = ids - {3}
    first = next(iter(rest))  # <- UNORDERED
    m = min(ids)
    order = list(ids)
    order.sort()
    for i in order:
        yield ctx.call_activity("a", input=i)
