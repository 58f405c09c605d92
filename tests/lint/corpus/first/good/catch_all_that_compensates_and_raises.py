# near: CATCH_ALL
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.activity
def debit(ctx: wf.WorkflowActivityContext, transfer: dict) -> None: ...


@wfr.activity
def credit(ctx: wf.WorkflowActivityContext, transfer: dict) -> None: ...


@wfr.activity
def undo_debit(ctx: wf.WorkflowActivityContext, transfer: dict) -> None: ...


@wfr.workflow
def transfer(ctx: wf.DaprWorkflowContext, order: dict):
    yield ctx.call_activity(debit, input=order)
    try:
        yield ctx.call_activity(credit, input=order)
    except Exception as error:
        yield ctx.call_activity(undo_debit, input=order)
        raise RuntimeError(f"transfer {order['id']} was undone") from error
    return "transferred"
