# expect: CATCH_ALL
from collections.abc import Generator
from typing import Any

from durably.authoring import OUTBOUND, WorkflowContext, retry


def close_account(ctx: WorkflowContext, account: str) -> Generator[Any, Any, str]:
    yield ctx.call_activity("block_account", input=account, retry_policy=retry(OUTBOUND))
    told = yield from _tell(ctx, account)
    return "closed and told" if told else "closed"


def _tell(ctx: WorkflowContext, account: str) -> Generator[Any, Any, bool]:
    try:
        yield ctx.call_activity("send_goodbye", input=account, retry_policy=retry(OUTBOUND))
    except:  # <- CATCH_ALL
        return False
    return True
