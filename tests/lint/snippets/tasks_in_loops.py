import dapr.ext.workflow as wf


def w(ctx: wf.DaprWorkflowContext, order):
    for item in order["items"]:
        ctx.call_activity("reserve", input=item)  # <- UNYIELDED
    ctx.call_child_workflow("ship", input=order)  # <- UNYIELDED
    timer = ctx.create_timer(5)
    event = ctx.wait_for_external_event("ok")
    first = yield wf.when_any([event, timer])
    if first == event:
        ok = event.get_result()
    ctx.set_custom_status("x")
    res = yield from wait(ctx)
    _notify(ctx, order)  # <- UNYIELDED
    parallel = {i: ctx.call_activity("p", input=i) for i in order["items"]}
    for i, t in parallel.items():
        r = yield t
    results = yield wf.when_all([ctx.call_activity("p", input=i) for i in order["items"]])
    batch = []
    for i in order["items"]:
        batch.append(ctx.call_activity("p", input=i))
        if len(batch) == 5:
            yield wf.when_all(batch)
            batch = []
    last = ctx.call_activity("z")
    return (yield last)


def _notify(ctx, order):
    return ctx.call_activity("notify", input=order)


def wait(ctx):
    yield ctx.create_timer(5)
