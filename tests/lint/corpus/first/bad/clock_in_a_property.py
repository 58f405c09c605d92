# expect: CLOCK
from collections.abc import Generator
from dataclasses import dataclass
from datetime import date
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


@dataclass(frozen=True)
class Loan:
    """A book that somebody has, and the day that it is due."""

    book: str
    due: str

    @property
    def overdue(self) -> bool:
        return date.today() > date.fromisoformat(self.due)  # <- CLOCK


def call_back(ctx: WorkflowContext, given: dict[str, Any]) -> Generator[Any, Any, str]:
    loan = Loan(given["book"], given["due"])
    if loan.overdue:
        yield ctx.call_activity("send_reminder", input=loan.book, retry_policy=retry(LOCAL))
    return loan.book
