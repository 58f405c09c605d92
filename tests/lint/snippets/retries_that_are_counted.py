def wf(ctx: DaprWorkflowContext, x):
    attempt = 0
    while True:
        try:
            return (yield ctx.call_activity("next", input=x))
        except TaskFailedError:
            attempt += 1
            if attempt >= 5:
                raise
            yield ctx.create_timer(5)
