# near: RANDOM, UUID
from collections.abc import Generator
from typing import Any

from durably.authoring import OUTBOUND, WorkflowContext, retry


def survey(ctx: WorkflowContext, study: dict[str, Any]) -> Generator[Any, Any, str]:
    """Ask one participant; who it is comes from the context, so that a replay draws the same."""
    chosen = ctx.random().choice(study["participants"])
    form = {"id": str(ctx.uuid4()), "participant": chosen}
    yield ctx.call_activity("send_form", input=form, retry_policy=retry(OUTBOUND))
    return form["id"]
