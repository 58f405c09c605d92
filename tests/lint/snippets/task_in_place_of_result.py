@wfr.workflow
def w(ctx, x):
    t = 5
    result = ctx.call_activity("a", input=x)  # <- UNYIELDED
    print(result) if not ctx.is_replaying else None
    yield ctx.call_activity("b", input=result)
