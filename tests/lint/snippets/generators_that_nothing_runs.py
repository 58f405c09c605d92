@wfr.workflow
def w(ctx, x):
    helper(ctx)  # <- UNYIELDED
    yield helper(ctx)  # <- UNYIELDED
    yield from helper(ctx)
    r = yield from helper(ctx)
    step(ctx)  # <- UNYIELDED
    yield step(ctx)
    if step(ctx):  # <- UNYIELDED
        return 1
    tasks = []
    tasks.append(step(ctx))
    tasks = tasks + [step(ctx)]
    yield when_all(tasks)
    _ = ctx.call_activity("x")  # <- UNYIELDED
    a = b = ctx.call_activity("x")
    yield when_any([a])


def helper(ctx):
    yield ctx.call_activity("b")


def step(ctx):
    return ctx.call_activity("b")
