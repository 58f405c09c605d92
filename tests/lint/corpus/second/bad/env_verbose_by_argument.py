# expect: ENV
import sys
from collections.abc import Generator
from os import environ
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def rebuild_search(ctx: WorkflowContext, index: str) -> Generator[Any, Any, int]:
    shards = int(environ["SHARDS"])  # <- ENV
    for shard in range(shards):
        yield ctx.call_activity("rebuild_shard", input={"index": index, "shard": shard}, retry_policy=retry(LOCAL))
    if "--verify" in sys.argv:  # <- ENV
        yield ctx.call_activity("verify_index", input=index, retry_policy=retry(LOCAL))
    return shards
