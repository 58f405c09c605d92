# near: DEADLINE
from collections.abc import Generator
from datetime import timedelta
from typing import Any

from durably.authoring import ApprovalRequest, WorkflowContext, approval


def sign_contract(ctx: WorkflowContext, contract: dict[str, Any]) -> Generator[Any, Any, str]:
    request = ApprovalRequest(subject=contract["title"], approvers=("grace",), deadline_s=3_600, on_deadline="reject")
    decision = yield from approval(ctx, request)
    if decision.outcome == "rejected":
        return "rejected"
    try:
        signature = yield ctx.wait_for_external_event("signature", timeout=timedelta(days=7))
    except TimeoutError:
        return "unsigned"
    yield ctx.call_activity("file_contract", input={"contract": contract["id"], "signature": signature})
    return "signed"
