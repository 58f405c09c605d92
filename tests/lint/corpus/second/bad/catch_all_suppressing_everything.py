# expect: CATCH_ALL
import contextlib
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def retire_server(ctx: WorkflowContext, server: dict[str, Any]) -> Generator[Any, Any, str]:
    yield ctx.call_activity("drain", input=server["name"], retry_policy=retry(LOCAL))
    with contextlib.suppress(BaseException):  # <- CATCH_ALL
        for service in server["services"]:
            yield ctx.call_activity("stop_service", input=service, retry_policy=retry(LOCAL))
    yield ctx.call_activity("switch_off", input=server["name"], retry_policy=retry(LOCAL))
    return "retired"
