"""What is run: trivial steps, so that all the time that passes is the engine's, the SDK's and ours.

The step is the pipeline's first activity. Our worker brings the real one; here is the same for the bare SDK.
"""

from collections.abc import Generator
from typing import Any, Final

from dapr.ext.workflow import DaprWorkflowContext, when_all

from durably.contracts.names import VALIDATE_TASK

THREE_STEPS: Final = "three_steps"
SEQUENCE: Final = "sequence"
FAN_OUT: Final = "fan_out"


def payload(number: int) -> dict[str, Any]:
    """The input of a step: a task that is accepted."""
    return {"task_id": str(number), "title": "Write report", "assignee": "ada"}


async def step(_: Any, given: dict[str, Any]) -> dict[str, Any]:
    """The activity."""
    return {"accepted": bool(given["title"] and given["assignee"]), "problem": None}


def three_steps(ctx: DaprWorkflowContext, _: Any) -> Generator[Any, Any, dict[str, int]]:
    """Three steps, one after the other."""
    for number in range(3):
        yield ctx.call_activity(VALIDATE_TASK, input=payload(number))
    return {"n": 3}


def sequence(ctx: DaprWorkflowContext, given: dict[str, int]) -> Generator[Any, Any, dict[str, int]]:
    """As many steps as asked for, one after the other."""
    for number in range(given["n"]):
        yield ctx.call_activity(VALIDATE_TASK, input=payload(number))
    return given


def fan_out(ctx: DaprWorkflowContext, given: dict[str, int]) -> Generator[Any, Any, dict[str, int]]:
    """As many steps as asked for, all at once."""
    yield when_all([ctx.call_activity(VALIDATE_TASK, input=payload(number)) for number in range(given["n"])])
    return given
