# expect: UUID
import uuid
from collections.abc import Generator
from dataclasses import dataclass
from typing import Any

from durably.authoring import OUTBOUND, WorkflowContext, retry


@dataclass(frozen=True)
class Envelope:
    """What is sent, and under which key."""

    to: str
    text: str

    @property
    def key(self) -> str:
        return f"{self.to}-{uuid.uuid4()}"  # <- UUID


def send_telegram(ctx: WorkflowContext, telegram: dict[str, Any]) -> Generator[Any, Any, str]:
    envelope = Envelope(telegram["to"], telegram["text"].upper())
    given = {"key": envelope.key, "text": envelope.text}
    yield ctx.call_activity("send_telegram", input=given, retry_policy=retry(OUTBOUND))
    return envelope.to
