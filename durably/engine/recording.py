"""Histories as recordings, and back: an event that was recorded is, when it is read, the event that it was."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from google.protobuf import json_format

from durably.contracts.recordings import TEXT, Recording
from durably.engine.sdk import messages as pb
from durably.engine.segments import version_of

_PAYLOADS: Final = frozenset({"input", "result"})
_FOR_NOBODY: Final = frozenset({"parentTraceContext"})
"""What no code sees, and says nothing once the instance is gone."""


def recording_of(instance_id: str, events: Iterable[Any], *, at: datetime) -> Recording:
    """A history as a recording.

    Args:
        instance_id: Whose it is.
        events: The engine's `HistoryEvent` messages, oldest first.
        at: When it was read.
    """
    history = list(events)
    start = next((event.executionStarted for event in history if event.HasField("executionStarted")), None)
    return Recording(
        instance_id=instance_id,
        workflow=start.name if start is not None else "",
        version=version_of(history),
        recorded_at=at,
        events=tuple(_unfolded(event) for event in history),
    )


def events_of(recording: Recording) -> list[Any]:
    """The `HistoryEvent` messages of a recording.

    Raises:
        ValueError: One of them is none, the message says which; or there are some and none of them is the start.
    """
    events = [_event(number, event) for number, event in enumerate(recording.events)]
    if events and not any(event.HasField("executionStarted") for event in events):
        raise ValueError("none of its events is the start of the workflow: it may have been cut")
    return events


def _event(number: int, event: dict[str, Any]) -> Any:
    folded = {key: _folded(value) if isinstance(value, dict) else value for key, value in event.items()}
    try:
        return json_format.ParseDict(folded, pb.HistoryEvent(), ignore_unknown_fields=True)
    except (json_format.ParseError, TypeError, ValueError) as error:
        raise ValueError(f"event {number} of the recording is none: {error}") from error


def _unfolded(event: Any) -> dict[str, Any]:
    """An event in which payloads are JSON and not text with JSON in it."""
    document: dict[str, Any] = json_format.MessageToDict(event)
    for body in document.values():
        if isinstance(body, dict):
            for name in _FOR_NOBODY & body.keys():
                del body[name]
            body.update({name: _payload(body[name]) for name in _PAYLOADS & body.keys()})
    return document


def _payload(text: str) -> Any:
    try:
        value = json.loads(text, parse_constant=_refused)
    except (ValueError, RecursionError):
        return {TEXT: text}
    return {TEXT: text} if isinstance(value, dict) and TEXT in value else value


def _folded(body: dict[str, Any]) -> dict[str, Any]:
    return body | {name: _text(body[name]) for name in _PAYLOADS & body.keys()}


def _text(payload: Any) -> str:
    if isinstance(payload, dict) and isinstance(text := payload.get(TEXT), str):
        return text
    return json.dumps(payload)


def _refused(constant: str) -> None:
    raise ValueError(f"{constant} is not JSON")
