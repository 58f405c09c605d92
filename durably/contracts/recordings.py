"""A recorded history as a file: whole, so that code can be run against it where there is no engine."""

from datetime import datetime
from typing import Any, Final, Literal

from pydantic import Field

from durably.contracts.model import Frozen

FORMAT: Final = "durably-recording"
VERSION: Final = 1
TEXT: Final = "$text"
"""The one key of an object that stands for a payload that is no JSON, or none that Python would write back alike."""


class Redaction(Frozen):
    """What was taken out of a recording."""

    patterns: tuple[str, ...]
    places: tuple[str, ...] = Field(description="JSON pointers, into the recording, to each value that was replaced.")


class Recording(Frozen):
    """The history of one instance.

    `events` are the engine's own messages in their JSON form, but for payloads: `input` and `result` are the JSON that
    the engine keeps as text.
    """

    format: Literal["durably-recording"] = FORMAT
    format_version: Literal[1] = VERSION
    instance_id: str
    workflow: str = Field(description="Empty where nothing has begun yet.")
    version: str | None = None
    recorded_at: datetime
    redacted: Redaction | None = None
    events: tuple[dict[str, Any], ...]
