def wf(ctx: DaprWorkflowContext, x):
    results = []
    pending = [ctx.call_activity("c", input=i) for i in x]
    while pending:
        done = yield when_any(pending)
        pending.remove(done)
        results.append(done.get_result())
    parts = {k: ctx.call_activity("c", input=k) for k in x}
    yield when_all(list(parts.values()))
    a, b = yield when_all([ctx.call_activity("c", input=1), ctx.call_activity("c", input=2)])
    return results
