# expect: UNORDERED
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def relabel(ctx: WorkflowContext, issue: dict[str, Any]) -> Generator[Any, Any, int]:
    have, wanted = set(issue["labels"]), set(issue["wanted"])
    for label in wanted - have:  # <- UNORDERED
        yield ctx.call_activity("add_label", input={"issue": issue["id"], "label": label}, retry_policy=retry(LOCAL))
    for label in have - wanted:  # <- UNORDERED
        yield ctx.call_activity("drop_label", input={"issue": issue["id"], "label": label}, retry_policy=retry(LOCAL))
    return len(wanted ^ have)
