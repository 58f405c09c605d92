# near: FILES
from collections.abc import Generator
from typing import Any

from durably.authoring import LOCAL, WorkflowContext, retry


class Account:
    """An account, as far as the workflow knows."""

    def __init__(self, number: str) -> None:
        self.number = number
        self.state = "new"

    def open(self) -> "Account":
        self.state = "open"
        return self

    def write(self, note: str) -> dict[str, str]:
        return {"account": self.number, "note": note}


def open_account(ctx: WorkflowContext, customer: dict[str, Any]) -> Generator[Any, Any, str]:
    number = yield ctx.call_activity("assign_number", input=customer, retry_policy=retry(LOCAL))
    account = Account(number).open()
    yield ctx.call_activity("keep_note", input=account.write("opened"), retry_policy=retry(LOCAL))
    return account.state
