# expect: DEADLINE
from collections.abc import Generator
from typing import Any

from durably.authoring import WorkflowContext, when_any


def hold_for_review(ctx: WorkflowContext, post: dict[str, Any]) -> Generator[Any, Any, str]:
    released = ctx.wait_for_external_event("released")  # <- DEADLINE
    removed = ctx.wait_for_external_event("removed")  # <- DEADLINE
    first = yield when_any([released, removed])
    outcome = "show_post" if first is released else "hide_post"
    yield ctx.call_activity(outcome, input=post["id"])
    return outcome
