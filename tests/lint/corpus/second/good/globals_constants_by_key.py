# near: GLOBALS
import dapr.ext.workflow as wf

STEPS = ["dig", "pour", "build"]
COSTS = {"dig": 3_000, "pour": 7_000, "build": 90_000}
URGENT = frozenset({"pour"})


class Site:
    crew = "north"

    def __init__(self, name: str) -> None:
        self.name = name
        self.cost = 0

    def book(self, step: str) -> dict:
        self.cost += COSTS[step]
        return {"site": self.name, "crew": self.crew, "step": step, "urgent": step in URGENT}


def build_house(ctx: wf.DaprWorkflowContext, name: str):
    site = Site(name)
    for step in STEPS:
        yield ctx.call_activity("do_step", input=site.book(step))
    return site.cost
