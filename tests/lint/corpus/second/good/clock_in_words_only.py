# near: CLOCK
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


class Schedule:
    """What is to be done; `now` and `today` are lists of it."""

    def __init__(self, entries: list[dict[str, Any]]) -> None:
        self.entries = entries

    def now(self) -> list[dict[str, Any]]:
        return [entry for entry in self.entries if entry["when"] == "now"]

    def today(self) -> list[dict[str, Any]]:
        return [entry for entry in self.entries if entry["when"] == "today"]


def work_off(ctx: WorkflowContext, entries: list[dict[str, Any]]) -> Generator[Any, Any, int]:
    datetime = Schedule(entries)
    for entry in datetime.now() + datetime.today():
        yield ctx.call_activity("do_entry", input=entry, retry_policy=retry(LOCAL))
    return len(entries)
