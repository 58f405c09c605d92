# near: DEADLINE
from collections.abc import Generator
from datetime import timedelta
from typing import Any

from durably.authoring import WorkflowContext, when_any


def first_of(ctx: WorkflowContext, tasks: list[Any], limit: timedelta) -> Generator[Any, Any, Any]:
    """The result of the first task, or None once the limit is over."""
    timer = ctx.create_timer(limit)
    winner = yield when_any([*tasks, timer])
    return None if winner is timer else winner.get_result()


def auction(ctx: WorkflowContext, lot: dict[str, Any]) -> Generator[Any, Any, int]:
    price = lot["start"]
    for _ in range(lot["rounds"]):
        bid = yield from first_of(ctx, [ctx.wait_for_external_event("bid")], timedelta(seconds=30))
        if bid is None:
            break
        price = max(price, bid)
    yield ctx.call_activity("sell_lot", input={"lot": lot["id"], "price": price})
    return price
