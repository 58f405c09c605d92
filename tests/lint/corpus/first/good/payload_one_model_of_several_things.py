# near: PAYLOAD
from dataclasses import asdict, dataclass
from functools import reduce

import dapr.ext.workflow as wf

wfr = wf.WorkflowRuntime()


@dataclass
class Offer:
    sku: str
    count: int
    tags: list[str]


@wfr.workflow
def make_offer(ctx: wf.DaprWorkflowContext, lines: list):
    total = sum(line["cents"] for line in lines)
    best = max(lines, key=lambda line: line["cents"])
    tags = sorted({tag for line in lines for tag in line["tags"]})
    count = reduce(lambda sum_so_far, line: sum_so_far + line["count"], lines, 0)
    offer = Offer(best["sku"], count, tags)
    return (yield ctx.call_activity(send_offer, input={"total": total, **asdict(offer)}))


@wfr.activity
def send_offer(ctx: wf.WorkflowActivityContext, offer: dict) -> str:
    return f"{offer['sku']} for {offer['total']}"
