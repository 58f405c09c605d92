# near: ASYNCIO
import asyncio
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, ActivityContext, ActivityDefinition, Environment, Frozen, Package
from durably.authoring import WorkflowContext, WorkflowDefinition, retry


class Tank(Frozen):
    """A tank, and how full it is."""

    name: str
    litres: int = 0


async def fill(_ctx: ActivityContext, tank: Tank) -> Tank:
    """Idempotent because a full tank stays full."""
    await asyncio.sleep(1)
    return tank.model_copy(update={"litres": 100})


async def watch_pumps() -> None:
    while True:
        await asyncio.sleep(60)


def fill_tank(ctx: WorkflowContext, tank: Tank) -> Generator[Any, Any, Tank]:
    return Tank.model_validate((yield ctx.call_activity("fill", input=tank, retry_policy=retry(LOCAL))))


def declare(_environment: Environment) -> Package:
    """What the worker calls at its start."""
    return Package(
        workflows=(WorkflowDefinition("fill_tank", "v1", fill_tank, Tank, Tank),),
        activities=(ActivityDefinition("fill", fill, Tank),),
        background=(watch_pumps,),
    )
