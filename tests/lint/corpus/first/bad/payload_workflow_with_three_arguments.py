# expect: PAYLOAD
import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@wfr.workflow(name="refund")
def refund(ctx: wf.DaprWorkflowContext, order_id: str, cents: int):  # <- PAYLOAD
    yield ctx.call_activity(send_money, input={"order": order_id, "cents": cents})
    return cents


@wfr.activity(name="send_money")
def send_money(ctx: wf.WorkflowActivityContext, refund: dict) -> None:
    print(refund)
