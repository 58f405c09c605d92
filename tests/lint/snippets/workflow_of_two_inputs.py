from dapr.ext.workflow import DaprWorkflowContext, WorkflowRuntime, WorkflowActivityContext


def order(ctx: DaprWorkflowContext, a, b):  # <- PAYLOAD
    yield ctx.call_activity(charge, input=(a, b))


def order2(ctx: DaprWorkflowContext, a, b=None):
    yield ctx.call_activity(charge, input=(a, b))


def charge(ctx: WorkflowActivityContext, x):
    return 1


def main():
    r = WorkflowRuntime()
    r.register_workflow(order)
    r.register_workflow(order2)
    r.register_activity(charge)
