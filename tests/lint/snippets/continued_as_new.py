def wf(ctx: DaprWorkflowContext, x):
    while True:
        item = yield ctx.call_activity("next", input=x)
        if item is None:
            break
        yield ctx.create_timer(5)
        ctx.continue_as_new(item)
        return
