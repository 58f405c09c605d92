# near: PAYLOAD
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def rank(ctx: WorkflowContext, contest: dict[str, Any]) -> Generator[Any, Any, list[str]]:
    """Rank the entries of a contest by points, then by name."""
    by_points = lambda entry: (-entry["points"], entry["name"])
    entries = sorted(contest["entries"], key=by_points)
    given = {
        "names": [entry["name"] for entry in entries],
        "judges": list({judge: None for judge in contest["judges"]}),
        "average": sum(entry["points"] for entry in entries) / len(entries),
        "first": next(entry["name"] for entry in entries),
    }
    yield ctx.call_activity("publish_ranking", input=given, retry_policy=retry(LOCAL))
    return list(map(str, given["names"]))
