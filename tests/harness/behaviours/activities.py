"""The activities that the behaviours' workflows call."""

import asyncio
from typing import Any, Final

from dapr.ext.workflow._durabletask.task import NonRetryableError

from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition
from tests.harness.behaviours.world import Anything, World

ECHO: Final = "echo"
"""Returns its input."""
WHO_AM_I: Final = "who_am_i"
"""Returns what its context says."""
FLAKY: Final = "flaky"
"""`{failures}`: fails so often under one execution id, then returns the number of attempts."""
FAIL: Final = "fail"
"""Raises a ValueError with its input as the message."""
FAIL_FOR_GOOD: Final = "fail_for_good"
"""Raises the error that no policy retries."""
WAIT_AT: Final = "wait_at"
"""Waits at the gate that its input names, and returns the name."""
NAP: Final = "nap"
"""`{seconds, value?}`: takes so long, and returns the value."""
UNSERIALISABLE: Final = "unserialisable"
"""Returns an object that JSON cannot hold."""
UNDO: Final = "undo"
"""Returns its input, which no rerun may change."""


class CustomError(Exception):
    """An error type of the application's own."""


def behaviour_activities(world: World) -> tuple[ActivityDefinition, ...]:
    """Every activity, recording into `world`."""

    async def echo(ctx: ActivityContext, given: Anything) -> Any:
        world.record(ECHO, ctx, given.root)
        return given.root

    async def who_am_i(ctx: ActivityContext, given: Anything) -> dict[str, Any]:
        world.record(WHO_AM_I, ctx, given.root)
        return {"instance_id": ctx.instance_id, "task_execution_id": ctx.task_execution_id, "attempt": ctx.attempt}

    async def flaky(ctx: ActivityContext, given: Anything) -> int:
        world.record(FLAKY, ctx, given.root)
        attempts = len(world.of(ctx.instance_id, FLAKY))
        if attempts <= given.root["failures"]:
            raise CustomError(f"attempt {attempts} fails")
        return attempts

    async def fail(ctx: ActivityContext, given: Anything) -> None:
        world.record(FAIL, ctx, given.root)
        raise ValueError(given.root)

    async def fail_for_good(ctx: ActivityContext, given: Anything) -> None:
        world.record(FAIL_FOR_GOOD, ctx, given.root)
        raise NonRetryableError(given.root)

    async def wait_at(ctx: ActivityContext, given: Anything) -> str:
        world.record(WAIT_AT, ctx, given.root)
        await world.pass_gate(given.root)
        return str(given.root)

    async def nap(ctx: ActivityContext, given: Anything) -> Any:
        world.record(NAP, ctx, given.root)
        await asyncio.sleep(given.root["seconds"])
        return given.root.get("value")

    async def unserialisable(ctx: ActivityContext, given: Anything) -> object:
        world.record(UNSERIALISABLE, ctx, given.root)
        return object()

    runs = {
        ECHO: echo,
        WHO_AM_I: who_am_i,
        FLAKY: flaky,
        FAIL: fail,
        FAIL_FOR_GOOD: fail_for_good,
        WAIT_AT: wait_at,
        NAP: nap,
        UNSERIALISABLE: unserialisable,
        UNDO: echo,
    }
    return tuple(
        ActivityDefinition(name=name, run=run, input_model=Anything, keeps_input=name == UNDO)
        for name, run in runs.items()
    )
