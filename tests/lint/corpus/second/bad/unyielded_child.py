# expect: UNYIELDED
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def merge_customers(ctx: WorkflowContext, pair: dict[str, str]) -> Generator[Any, Any, str]:
    """Merge one customer into another, and clean up behind."""
    yield ctx.call_activity("merge_customers", input=pair, retry_policy=retry(LOCAL))
    ctx.call_child_workflow("clean_up_customer", input=pair["from"])  # <- UNYIELDED
    return pair["into"]
