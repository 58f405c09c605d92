# expect: UUID
import uuid
from collections.abc import Generator
from typing import Any

from durably.authoring import WorkflowContext, when_all


def audit_branches(ctx: WorkflowContext, branches: list[str]) -> Generator[Any, Any, int]:
    """One child for each branch."""
    children = []
    for branch in branches:
        child_id = f"audit-{branch}-{uuid.uuid1().hex[:8]}"  # <- UUID
        children.append(ctx.call_child_workflow("audit_branch", input=branch, instance_id=child_id))
    findings = yield when_all(children)
    return sum(findings)
