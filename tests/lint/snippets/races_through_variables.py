def w(ctx: DaprWorkflowContext, x):
    try:
        approved = yield ctx.wait_for_external_event("ok", timeout=x)
    except TimeoutError:
        return 1
    ev = ctx.wait_for_external_event("a")
    timer = ctx.create_timer(x)
    tasks = [ev]
    if x:
        tasks += [timer]
    winner = yield when_any(tasks)
    approvals = [ctx.wait_for_external_event(f"ok-{i}") for i in x]
    yield when_any([when_all(approvals), ctx.create_timer(5)])
    left = [ctx.wait_for_external_event(f"ok-{i}") for i in x]  # <- DEADLINE
    yield when_all(left)
    stop = ctx.wait_for_external_event("stop")  # <- DEADLINE
    job = ctx.call_activity("job", input=1)
    yield when_any([stop, job])
    return (yield ctx.wait_for_external_event("done"))  # <- DEADLINE
