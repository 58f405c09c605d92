@wfr.workflow
def w(ctx, x):
    ctx.call_activity("a", input=x)  # <- UNYIELDED
    return 5
