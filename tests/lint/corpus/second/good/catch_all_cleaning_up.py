# near: CATCH_ALL
from collections.abc import Generator
from typing import Any

from durably.authoring import MUST_SUCCEED, OUTBOUND, TaskFailedError, WorkflowContext, retry


def stage_play(ctx: WorkflowContext, play: dict[str, Any]) -> Generator[Any, Any, str]:
    """Rent a stage; whatever happens, it is given back."""
    stage = yield ctx.call_activity("rent_stage", input=play, retry_policy=retry(OUTBOUND))
    try:
        yield ctx.call_activity("perform", input=play, retry_policy=retry(OUTBOUND))
    except (TaskFailedError, ValueError) as error:
        yield ctx.call_activity("refund_tickets", input=str(error), retry_policy=retry(MUST_SUCCEED))
        return "cancelled"
    except BaseException:
        ctx.set_custom_status("failing")
        raise
    finally:
        yield ctx.call_activity("return_stage", input=stage, retry_policy=retry(MUST_SUCCEED))
    return "performed"
