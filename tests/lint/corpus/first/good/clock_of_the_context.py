# near: CLOCK
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


def _next_midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def nightly_backup(ctx: WorkflowContext, store: str) -> Generator[Any, Any, str]:
    """Back up a store at the next midnight."""
    now = ctx.current_utc_datetime.replace(tzinfo=UTC)
    yield ctx.create_timer(_next_midnight(now) - now)
    day = f"{ctx.current_utc_datetime:%Y-%m-%d}"
    yield ctx.call_activity("back_up", input={"store": store, "day": day}, retry_policy=retry(LOCAL))
    return day
