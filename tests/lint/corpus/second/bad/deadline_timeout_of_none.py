# expect: DEADLINE
from collections.abc import Generator
from typing import Any

from durably.authoring import OUTBOUND, WorkflowContext, retry


def _signatures(ctx: WorkflowContext, count: int) -> Generator[Any, Any, list[str]]:
    names = []
    for _ in range(count):
        names.append((yield ctx.wait_for_external_event("signature", timeout=None)))  # <- DEADLINE
    return names


def petition(ctx: WorkflowContext, text: dict[str, Any]) -> Generator[Any, Any, int]:
    yield ctx.call_activity("publish_petition", input=text, retry_policy=retry(OUTBOUND))
    names = yield from _signatures(ctx, text["needed"])
    yield ctx.call_activity("hand_in", input={"text": text["id"], "names": names}, retry_policy=retry(OUTBOUND))
    return len(names)
