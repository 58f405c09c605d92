# near: UUID
from collections.abc import Generator
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from durably.authoring import OUTBOUND, WorkflowContext, retry


def publish_episode(ctx: WorkflowContext, episode: dict[str, Any]) -> Generator[Any, Any, dict[str, Any]]:
    feed_id = uuid5(NAMESPACE_URL, episode["address"])
    run_id = ctx.new_guid()
    entry = {"id": str(feed_id), "run": str(run_id), "title": episode["title"]}
    yield ctx.call_activity("write_feed", input=entry, retry_policy=retry(OUTBOUND))
    return entry
