# near: UNORDERED
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def sync_members(ctx: WorkflowContext, club: dict[str, Any]) -> Generator[Any, Any, int]:
    have, want = set(club["have"]), set(club["want"])
    joined = sorted(want - have)
    left = [member for member in club["have"] if member not in want]
    for member in joined:
        yield ctx.call_activity("join", input={"club": club["id"], "member": member}, retry_policy=retry(LOCAL))
    for member in left:
        yield ctx.call_activity("leave", input={"club": club["id"], "member": member}, retry_policy=retry(LOCAL))
    if have & want and not have.isdisjoint(want):
        yield ctx.call_activity("greet_club", input=max(have | want), retry_policy=retry(LOCAL))
    return len(have ^ want)
