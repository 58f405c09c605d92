# near: UNYIELDED
from collections.abc import Generator
from datetime import timedelta
from typing import Any

from durably.authoring import OUTBOUND, WorkflowContext, retry, when_any


def translate_fast(ctx: WorkflowContext, text: dict[str, Any]) -> Generator[Any, Any, str]:
    """The first of two translators counts, and an hour is the longest."""
    tasks = {name: ctx.call_activity(name, input=text, retry_policy=retry(OUTBOUND)) for name in ("deep", "fast")}
    late = ctx.create_timer(timedelta(hours=1))
    first = yield when_any([*tasks.values(), late])
    if first is late:
        return "untranslated"
    return str(first.get_result())
