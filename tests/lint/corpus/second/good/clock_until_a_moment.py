# near: CLOCK
from datetime import date, datetime, time, timedelta

import dapr.ext.workflow as wf


class Calendar:
    """Working days, reckoned from a moment that the caller gives."""

    def __init__(self, today: date) -> None:
        self.today = today

    def opening(self) -> datetime:
        day = self.today + timedelta(days=1)
        while day.weekday() > 4:
            day += timedelta(days=1)
        return datetime.combine(day, time(9))


def answer_letter(ctx: wf.DaprWorkflowContext, letter: dict):
    opening = Calendar(ctx.current_utc_datetime.date()).opening()
    yield ctx.create_timer(opening)
    yield ctx.call_activity("answer", input={"letter": letter["id"], "since": opening.isoformat()})
    return f"{(opening - datetime(2024, 1, 1)).days} days after the new office"
