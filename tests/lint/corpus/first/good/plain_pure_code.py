# near: CLOCK, RANDOM, GLOBALS
import copy
import enum
import re
from collections.abc import Generator
from datetime import timedelta
from functools import lru_cache
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


class Size(enum.Enum):
    """How large an order is."""

    SMALL = 1
    LARGE = 2


@lru_cache(maxsize=None)
def _size(count: int) -> Size:
    return Size.LARGE if count > 10 else Size.SMALL


def sort_order(ctx: WorkflowContext, order: dict[str, Any]) -> Generator[Any, Any, str]:
    wanted = copy.deepcopy(order)
    wanted["note"] = re.sub(r"\s+", " ", order["note"])
    if _size(wanted["count"]) is Size.LARGE:
        yield ctx.create_timer(timedelta(minutes=10))
    yield ctx.call_activity("sort", input=wanted, retry_policy=retry(LOCAL))
    return _size(wanted["count"]).name
