import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow(name="root")
def root(ctx, order):
    yield ctx.call_activity(pack_it, input=order)
    yield ctx.call_activity("pack_it", input=order)  # <- UNREGISTERED
    yield ctx.call_activity("pack", input=order)
    yield ctx.call_child_workflow("leaf", input=order)  # <- UNREGISTERED
    yield ctx.call_child_workflow(leaf, input=order)  # <- UNREGISTERED


@wfr.activity(name="pack")
def pack_it(ctx, order):
    return order


def leaf(ctx: wf.DaprWorkflowContext, order):
    yield ctx.create_timer(5)
