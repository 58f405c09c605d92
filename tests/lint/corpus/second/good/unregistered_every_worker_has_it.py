# near: UNREGISTERED
from collections.abc import Generator
from typing import Any

from durably.authoring import OUTBOUND, SEND_NOTIFICATION, ActivityContext, ActivityDefinition, Frozen, Notification
from durably.authoring import WorkflowContext, WorkflowDefinition, retry

WEIGH = "weigh_bag"


class Bag(Frozen):
    """A bag, and what it weighs."""

    owner: str
    grams: int = 0


async def weigh(_ctx: ActivityContext, bag: Bag) -> Bag:
    """Idempotent because it has no effect."""
    return bag.model_copy(update={"grams": 23_500})


def check_in(ctx: WorkflowContext, bag: Bag) -> Generator[Any, Any, Bag]:
    weighed = Bag.model_validate((yield ctx.call_activity(WEIGH, input=bag, retry_policy=retry(OUTBOUND))))
    if weighed.grams > 23_000:
        letter = Notification(task_id=ctx.instance_id, assignee=bag.owner, text="Your bag is too heavy.")
        yield ctx.call_activity(SEND_NOTIFICATION, input=letter, retry_policy=retry(OUTBOUND))
    return weighed


ACTIVITIES = (ActivityDefinition(name=WEIGH, run=weigh, input_model=Bag),)
CHECK_IN_V1 = WorkflowDefinition(name="check_in", version="v1", run=check_in, input_model=Bag, result_model=Bag)
