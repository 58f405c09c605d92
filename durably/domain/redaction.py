"""What is taken out of a recording: values by pattern, and then their text wherever else it stands."""

import json
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, Final

from durably.contracts.recordings import TEXT, Recording, Redaction
from durably.domain.nested import alike, parsed
from durably.domain.placeholders import Placeholders

_REPLAYED: Final = frozenset({"name", "version", "fireAt", "workflowStatus", "taskExecutionId"})
"""What stays in an event's body, whatever text was taken out elsewhere."""

_PAYLOADS: Final = ("input", "result")

Path = tuple[str, ...]


def redacted(recording: Recording, patterns: Sequence[str]) -> Recording:
    """A recording without what the patterns mean.

    A pattern that begins with `/` is a JSON pointer into each payload. Any other names keys that follow each other, at
    any depth: `password`, `card.number`, `*.iban`; before those of a payload stand the type of its event, its name if
    it has one, and `input` or `result`: `approval.input`, `taskCompleted.result`. `*` stands for any characters of one
    key, upper and lower case are the same. All that such a key holds goes. A text that is a JSON object or list is
    looked into like one.

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
    placeholders, places = Placeholders(), list[str]()
    for number, event in enumerate(events):
        for kind, body in event.items():
            for field in (name for name in _PAYLOADS if isinstance(body, dict) and name in body):
                hiding = _Hiding(placeholders, _wanted(patterns, _whose(body, kind, field)))
                body[field] = hiding.without(body[field])
                places += [_pointer(("events", str(number), kind, field, *path)) for path in hiding.places]
    return recording.model_copy(
        update={
            "instance_id": placeholders.everywhere(recording.instance_id),
            "events": tuple({kind: _cleaned(body, placeholders) for kind, body in event.items()} for event in events),
            "redacted": Redaction(patterns=tuple(patterns), places=tuple(places)),
        }
    )


def idle(recording: Recording, patterns: Sequence[str]) -> list[str]:
    """The patterns that mean nothing in a recording: perhaps somebody has mistyped them."""
    notes = ((pattern, redacted(recording, [pattern]).redacted) for pattern in patterns)
    return [pattern for pattern, note in notes if note is None or not note.places]


class _Hiding:
    """Takes values out of one payload.

    Args:
        placeholders: What stands there instead.
        meant: Whether the value at a path is to go.

    Attributes:
        places: Where values were taken out; into texts that are JSON the path goes on.
    """

    def __init__(self, placeholders: Placeholders, meant: Callable[[Path], bool]) -> None:
        self._placeholders, self._meant = placeholders, meant
        self.places: list[Path] = []

    def without(self, value: Any, path: Path = ()) -> Any:
        """A value without what is to go."""
        if isinstance(value, dict):
            return {key: self.without(part, (*path, key)) for key, part in value.items()}
        if isinstance(value, list):
            return [self.without(part, (*path, str(place))) for place, part in enumerate(value)]
        before = len(self.places)
        within = self._within(value, path) if isinstance(value, str) else value
        if not self._meant(path) or not self._placeholders.take(value):
            return within
        self.places[before:] = [path]  # what was in it is known now, too, and goes wherever else it stands
        return self._placeholders.of(value)

    def _within(self, text: str, path: Path) -> str:
        """A text that may be JSON."""
        inner = parsed(text)
        if inner is None:
            return text
        before = len(self.places)
        cleaned = self.without(inner, path)
        return alike(cleaned, text) if len(self.places) > before else text


def _whose(body: Mapping[str, Any], kind: str, field: str) -> Path:
    """What stands before the keys of a payload."""
    return (kind, *((body["name"],) if "name" in body else ()), field)


def _wanted(patterns: Sequence[str], whose: Path) -> Callable[[Path], bool]:
    def meant(path: Path) -> bool:
        keys = path[1:] if path[:1] == (TEXT,) else path  # the recording's own key, and none of the payload's
        return any(_means(pattern, whose, keys) for pattern in patterns)

    return meant


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
    return {
        key: part if key in _REPLAYED else placeholders.everywhere(part, numbers=key in _PAYLOADS)
        for key, part in body.items()
    }


def _parts(pointer: str) -> Path:
    return tuple(part.replace("~1", "/").replace("~0", "~") for part in pointer[1:].split("/"))


def _pointer(path: Path) -> str:
    return "".join(f"/{part.replace('~', '~0').replace('/', '~1')}" for part in path)
