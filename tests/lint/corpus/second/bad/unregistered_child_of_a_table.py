# expect: UNREGISTERED
from collections.abc import Generator
from typing import Any

from durably.authoring import ActivityContext, ActivityDefinition, Frozen, Package, WorkflowContext, WorkflowDefinition


class Field(Frozen):
    """A field, and what grows on it."""

    name: str
    crop: str = "rye"


async def mow(_ctx: ActivityContext, field: Field) -> Field:
    """Idempotent because a mown field stays mown."""
    return field


def harvest(ctx: WorkflowContext, field: Field) -> Generator[Any, Any, Field]:
    yield ctx.call_activity("mow", input=field)
    yield ctx.call_child_workflow("bale_straw", input=field)  # <- UNREGISTERED
    return field


def declare(_environment: object) -> Package:
    """What the worker calls at its start."""
    return Package(
        workflows=(WorkflowDefinition("harvest", "v1", harvest, Field, Field),),
        activities=(ActivityDefinition("mow", mow, Field),),
    )
