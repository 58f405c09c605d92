# near: LOGGING
import math
from collections.abc import Generator
from typing import Any

import structlog

from durably.authoring import LOCAL, WorkflowContext, retry

log = structlog.get_logger()


def _say(ctx: WorkflowContext, what: str, **more: Any) -> None:
    if ctx.is_replaying:
        return
    log.info(what, instance_id=ctx.instance_id, **more)


def price_bond(ctx: WorkflowContext, bond: dict[str, Any]) -> Generator[Any, Any, float]:
    _say(ctx, "pricing", bond=bond["id"])
    rate = yield ctx.call_activity("rate", input=bond["currency"], retry_policy=retry(LOCAL))
    years = math.log(bond["goal"] / bond["price"]) / math.log(1 + rate)
    audit = []
    audit.append({"info": years})
    yield ctx.call_activity("keep_audit", input=audit, retry_policy=retry(LOCAL))
    return years
