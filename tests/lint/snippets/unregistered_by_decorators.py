import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow(name="order_wf")
def order(ctx, x):
    yield ctx.call_activity(charge, input=x)
    yield ctx.call_activity("ship", input=x)
    yield ctx.call_activity("shipp", input=x)  # <- UNREGISTERED
    yield ctx.call_activity(helper, input=x)  # <- UNREGISTERED
    yield ctx.call_activity("remote", input=x, app_id="b")
    yield ctx.call_child_workflow("order_wf", input=x)
    yield ctx.call_child_workflow(other, input=x)
    yield ctx.call_child_workflow(workflow="othe", input=x)  # <- UNREGISTERED


@wfr.workflow
def other(ctx, x):
    yield ctx.create_timer(5)


@wfr.activity
def charge(ctx, x):
    return 1


@wfr.activity(name="ship")
def ship_it(ctx, x):
    return 1


def helper(ctx, x):
    return 1
