import dapr.ext.workflow as wf
from decimal import Decimal


def rows(x):
    for i in x:
        yield i


def w(ctx: wf.DaprWorkflowContext, x):
    yield ctx.call_activity("a", input=rows(x))  # <- PAYLOAD
    yield ctx.call_activity("a", input=list(rows(x)))
    f = open("x")  # <- FILES
    yield ctx.call_activity("a", input=f)  # <- PAYLOAD
    yield ctx.call_activity("a", input=(x, 1))
    yield ctx.call_activity("a", input={"c": print})  # <- PAYLOAD
    yield ctx.call_activity("a", input=Decimal("1"))  # <- PAYLOAD
    yield ctx.call_activity("a", input=str(Decimal("1")))
    yield ctx.call_activity("a", input=x.method)
    yield ctx.call_activity("a", input=b"x")  # <- PAYLOAD
    yield ctx.call_activity("a", input=b"x".hex())
    yield ctx.call_activity("a", input={"ctx": ctx})  # <- PAYLOAD
    yield ctx.call_activity("a", input=None)
    yield ctx.call_activity("a", x)  # <- PAYLOAD
    yield ctx.call_child_workflow("b", x, 5)  # <- PAYLOAD
