from uuid import uuid4 as new, uuid5, NAMESPACE_DNS
import uuid
from dataclasses import dataclass, field


@dataclass
class Order:
    id: str
    key: str = field(default_factory=lambda: str(uuid.uuid4()))  # <- UUID


def wf(ctx: DaprWorkflowContext, x):
    a = new().hex  # <- UUID
    b = uuid5(NAMESPACE_DNS, ctx.instance_id)
    o = Order(id=x)
    y = ctx.uuid4()
    z = uuid.UUID(x["id"])
    yield ctx.call_activity("a", input=a)
