# near: RANDOM
import hashlib
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def choice(options: list[str], salt: str) -> str:
    """The same option for the same salt, and all about as often."""
    digest = hashlib.blake2b(salt.encode(), digest_size=4).digest()
    return options[int.from_bytes(digest, "big") % len(options)]


def assign_reviewer(ctx: WorkflowContext, change: dict[str, Any]) -> Generator[Any, Any, str]:
    reviewer = choice(change["reviewers"], ctx.instance_id)
    given = {"change": change["id"], "reviewer": reviewer}
    yield ctx.call_activity("assign_reviewer", input=given, retry_policy=retry(LOCAL))
    return reviewer
