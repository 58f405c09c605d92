# expect: GLOBALS
from dapr.ext.workflow import DaprWorkflowContext


class Thermostat:
    last = 0.0

    @classmethod
    def remember(cls, degrees: float) -> float:
        cls.last = degrees  # <- GLOBALS
        return degrees


def regulate(ctx: DaprWorkflowContext, room: str):
    degrees = Thermostat.remember((yield ctx.call_activity("measure", input=room)))
    if degrees < 19:
        yield ctx.call_activity("heat", input=room)
    return degrees
