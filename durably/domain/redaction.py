"""What is taken out of a recording: values by pattern, and then their text wherever else it stands."""

import json
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from durably.contracts.recordings import Recording, Redaction
from durably.domain.placeholders import Placeholders

_REPLAYED: Final = frozenset({"name", "version", "fireAt", "workflowStatus", "taskExecutionId"})
"""What stays in an event's body, whatever text was taken out elsewhere."""

Path = tuple[str, ...]


def redacted(recording: Recording, patterns: Sequence[str]) -> Recording:
    """A recording without what the patterns mean.

    A pattern that begins with `/` is a JSON pointer into each payload. Any other names keys that follow each other, at
    any depth: `password`, `card.number`, `*.iban`; before those of a payload stand the type of its event, its name if
    it has one, and `input` or `result`: `approval.input`, `taskCompleted.result`. `*` stands for any characters of one
    key, upper and lower case are the same. All that such a key holds goes.

    A placeholder has the shape of what it stands for, letter for letter and digit for digit, so that it fits the same
    models as far as possible; equal values have equal placeholders, and different values different ones as far as
    their length allows. The text of a value is replaced in all other texts of the recording too.

    Args:
        recording: The recording.
        patterns: What is to go.
    """
    if not patterns:
        return recording
    events = json.loads(json.dumps(recording.events))
    placeholders = Placeholders()
    places = [
        _pointer(("events", str(number), kind, field, *path))
        for number, event in enumerate(events)
        for kind, field, payload in _payloads(event)
        for path, value in _leaves(payload)
        if any(_means(pattern, _whose(event[kind], kind, field), path) for pattern in patterns)
        and placeholders.take(value)
    ]
    for place in places:
        _replace({"events": events}, place, placeholders)
    return recording.model_copy(
        update={
            "instance_id": placeholders.everywhere(recording.instance_id),
            "events": tuple({kind: _cleaned(body, placeholders) for kind, body in event.items()} for event in events),
            "redacted": Redaction(patterns=tuple(patterns), places=tuple(places)),
        }
    )


def _payloads(event: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    """The payloads of an event: whose they are, in which field, and what they are."""
    for kind, body in event.items():
        if isinstance(body, dict):
            yield from ((kind, field, body[field]) for field in ("input", "result") if field in body)


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    if isinstance(value, dict):
        for key, part in value.items():
            yield from _leaves(part, (*path, key))
    elif isinstance(value, list):
        for place, part in enumerate(value):
            yield from _leaves(part, (*path, str(place)))
    else:
        yield path, value


def _whose(body: Mapping[str, Any], kind: str, field: str) -> Path:
    """What stands before the keys of a payload."""
    return (kind, *((body["name"],) if "name" in body else ()), field)


def _means(pattern: str, whose: Path, path: Path) -> bool:
    """Whether a pattern means a value, or something that the value is part of."""
    if pattern.startswith("/"):
        wanted = _parts(pattern)
        return len(path) >= len(wanted) and _fits(wanted, path[: len(wanted)])
    wanted, whole = tuple(pattern.split(".")), (*whose, *path)
    ends = range(len(wanted), len(whole) + 1)
    return any(_fits(wanted, whole[end - len(wanted) : end]) for end in ends)


def _fits(wanted: Path, there: Path) -> bool:
    return all(fnmatchcase(key.casefold(), want.casefold()) for want, key in zip(wanted, there, strict=True))


def _cleaned(body: Any, placeholders: Placeholders) -> Any:
    """What an event says, but for what replay goes by."""
    if not isinstance(body, dict):
        return body
    return {key: part if key in _REPLAYED else placeholders.everywhere(part) for key, part in body.items()}


def _parts(pointer: str) -> Path:
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))


def _pointer(path: Path) -> str:
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in path)


def _replace(document: Any, pointer: str, placeholders: Placeholders) -> None:
    *way, last = _parts(pointer)
    for part in way:
        document = document[int(part) if isinstance(document, list) else part]
    where = int(last) if isinstance(document, list) else last
    document[where] = placeholders.of(document[where])
