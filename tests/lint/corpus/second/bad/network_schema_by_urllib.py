# expect: NETWORK
import json
from collections.abc import Generator
from typing import Any
from urllib.request import urlopen

from durably.authoring import LOCAL, WorkflowContext, retry


def validate_feed(ctx: WorkflowContext, feed: dict[str, Any]) -> Generator[Any, Any, list[str]]:
    with urlopen(feed["schema"], timeout=10) as answer:  # <- NETWORK
        schema = json.load(answer)
    missing = [name for name in schema["required"] if name not in feed["fields"]]
    if missing:
        yield ctx.call_activity(
            "reject_feed", input={"feed": feed["id"], "missing": missing}, retry_policy=retry(LOCAL)
        )
    return missing
