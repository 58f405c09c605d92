# expect: PAYLOAD
from collections.abc import Generator
from typing import Any

from durably.authoring import WorkflowContext


def draw_chart(ctx: WorkflowContext, series: dict[str, Any]) -> Generator[Any, Any, str]:
    yield ctx.call_activity("load_series", input=series["id"])
    path = yield ctx.call_activity("draw", series["id"], series["width"], series["height"])  # <- PAYLOAD
    return path
