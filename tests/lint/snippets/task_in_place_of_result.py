@wfr.workflow
def w(ctx, x):
    t = 5
    result = ctx.call_activity("a", input=x)  # <- UNYIELDED
    print(result) if not ctx.is_replaying else None
    yield ctx.call_activity("b", input=result)


@wfr.workflow
def compares(ctx, x):
    result = ctx.call_activity("a", input=x)  # <- UNYIELDED
    if result == "ok":
        yield ctx.call_activity("b", input=x)


@wfr.workflow
def races(ctx, x):
    task = ctx.call_activity("a", input=x) if x else None
    if task is not None:
        yield task
