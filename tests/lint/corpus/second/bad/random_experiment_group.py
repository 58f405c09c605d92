# expect: RANDOM
import numpy.random as npr

from dapr.ext.workflow import DaprWorkflowContext


class Experiment:
    def __init__(self, share: float) -> None:
        self.share = share

    def group(self) -> str:
        return "treated" if npr.random() < self.share else "control"  # <- RANDOM


def show_offer(ctx: DaprWorkflowContext, visitor: dict):
    group = Experiment(share=0.2).group()
    yield ctx.call_activity("record_group", input={"visitor": visitor["id"], "group": group})
    return group
