# near: DIRECT
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, ActivityContext, ActivityDefinition, Frozen, WorkflowContext, WorkflowDefinition
from durably.authoring import retry


class Cake(Frozen):
    """A cake, and for how many."""

    name: str
    people: int


def scaled(cake: Cake, people: int) -> Cake:
    """Pure, and so for workflows and activities alike."""
    return cake.model_copy(update={"people": people})


async def bake(_ctx: ActivityContext, cake: Cake) -> Cake:
    """Idempotent because it has no effect."""
    return scaled(cake, cake.people + 1)


def party(ctx: WorkflowContext, cake: Cake) -> Generator[Any, Any, Cake]:
    wanted = scaled(cake, max(4, cake.people))
    return Cake.model_validate((yield ctx.call_activity("bake", input=wanted, retry_policy=retry(LOCAL))))


ACTIVITIES = (ActivityDefinition("bake", bake, Cake),)
PARTY_V1 = WorkflowDefinition("party", "v1", party, Cake, Cake)
