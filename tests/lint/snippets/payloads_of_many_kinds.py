def wf(ctx: DaprWorkflowContext, x):
    yield ctx.call_activity("a", input=lambda: 1)  # <- PAYLOAD
    yield ctx.call_activity("a", input={1, 2})  # <- PAYLOAD
    yield ctx.call_activity("a", input=(i for i in x))  # <- PAYLOAD
    yield ctx.call_activity("a", input=ctx)  # <- PAYLOAD
    yield ctx.call_activity("a", x, 1)  # <- PAYLOAD
    yield ctx.call_activity("a", input=object())  # <- PAYLOAD
    yield ctx.call_activity("a", input=[1, *x])
    yield ctx.call_activity("a", input=ctx.current_utc_datetime)  # <- PAYLOAD
    yield ctx.call_activity("a", input=ctx.current_utc_datetime.isoformat())
    yield ctx.call_activity("a", input=ctx.instance_id)
    yield ctx.call_activity("a", input=wf)  # <- PAYLOAD
