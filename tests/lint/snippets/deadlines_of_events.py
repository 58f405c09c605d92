def wf(ctx: DaprWorkflowContext, x):
    a = yield ctx.wait_for_external_event("a")  # <- DEADLINE
    e = ctx.wait_for_external_event("b")
    t = ctx.create_timer(5)
    w = yield when_any([e, t])
    tasks = [ctx.wait_for_external_event(n) for n in x]
    tasks.append(ctx.create_timer(5))
    w = yield when_any(tasks)
    w = yield when_all([ctx.wait_for_external_event("q"), ctx.create_timer(5)])  # <- DEADLINE
    b = yield ctx.wait_for_external_event("a", timeout=5)
