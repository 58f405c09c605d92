# near: DEADLINE
from collections.abc import Generator
from datetime import timedelta
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry, when_any


def rent_bike(ctx: WorkflowContext, rental: dict[str, Any]) -> Generator[Any, Any, str]:
    yield ctx.call_activity("unlock", input=rental["bike"], retry_policy=retry(LOCAL))
    events = [ctx.wait_for_external_event(name) for name in ("returned", "reported_stolen")]
    end_of_day = ctx.create_timer(timedelta(hours=24))
    first = yield when_any([*events, end_of_day])
    if first is events[0]:
        return "returned"
    yield ctx.call_activity("call_police", input=rental["bike"], retry_policy=retry(LOCAL))
    return "stolen"
