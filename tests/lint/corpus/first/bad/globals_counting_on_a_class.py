# expect: GLOBALS
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


class Load:
    """How many migrations there were."""

    begun = 0


def migrate_tenant(ctx: WorkflowContext, tenant: str) -> Generator[Any, Any, str]:
    Load.begun += 1  # <- GLOBALS
    yield ctx.call_activity("copy_tables", input=tenant, retry_policy=retry(LOCAL))
    yield ctx.call_activity("switch_over", input=tenant, retry_policy=retry(LOCAL))
    return tenant
