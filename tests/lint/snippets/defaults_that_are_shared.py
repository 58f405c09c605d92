def w(ctx: DaprWorkflowContext, x, seen=[]):
    seen.append(x)  # <- GLOBALS
    local = []
    local.append(x)
    yield ctx.call_activity("a", input=local)
