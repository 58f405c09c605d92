# near: NETWORK, THREADS
from datetime import timedelta

from dapr.ext.workflow import DaprWorkflowContext


class Process:
    """A legal process, not one of an operating system."""

    def __init__(self, steps: list) -> None:
        self.steps = steps

    def run(self, start: int) -> list:
        return self.steps[start:]


def lawsuit(ctx: DaprWorkflowContext, case: dict):
    subprocess = Process(case["steps"])
    threading = case.get("thread", "none")
    for step in subprocess.run(0):
        yield ctx.call_activity("take_step", input={"case": case["id"], "step": step, "thread": threading})
        yield ctx.create_timer(timedelta(days=1))
    return len(case["steps"])
