"""Text as it may be shown: what came from a payload never steers a terminal."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from durably.cli.exits import UsageError

_DURATION: Final = re.compile(r"(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?", re.ASCII)
_SECONDS: Final = (3600.0, 60.0, 1.0, 0.001)
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_UNITS: Final = (("d", _DAY), ("h", _HOUR), ("min", _MINUTE), ("s", 1))


def printable(text: object, *, lines: bool = False) -> str:
    """Text without control characters: they would colour, move or rename the terminal that shows them.

    Args:
        text: Anything with a text.
        lines: Whether line breaks may stay.
    """
    return "".join(c if c.isprintable() or (lines and c == "\n") else _escaped(c) for c in str(text))


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode()


def compact(value: Any) -> str:
    """JSON in one line."""
    return json.dumps(value, ensure_ascii=False)


def short(value: Any, limit: int) -> str:
    """A value in a few words; nothing for None."""
    text = "" if value is None else printable(value if isinstance(value, str) else compact(value))
    return text if len(text) <= limit else f"{text[: limit - 1]}…"


def moment(text: str) -> datetime:
    """A time as the API writes it."""
    return datetime.fromisoformat(text)


def stamp(at: datetime) -> str:
    """A time as the API writes it, again."""
    return at.isoformat().replace("+00:00", "Z")


def span(seconds: float) -> str:
    """A duration for people."""
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < _MINUTE:
        return f"{seconds:.1f} s"
    if seconds < _HOUR:
        return f"{seconds // 60:.0f} min {seconds % 60:.0f} s"
    if seconds < _DAY:
        return f"{seconds // 3600:.0f} h {seconds % 3600 // 60:.0f} min"
    return f"{seconds // _DAY:.0f} d {seconds % _DAY // 3600:.0f} h"


def distance(text: str, *, now: datetime | None = None) -> str:
    """A time for people, from now: `3 s ago`, `in 2 h`."""
    seconds = ((now or datetime.now(UTC)) - moment(text)).total_seconds()
    unit, length = next((unit, length) for unit, length in _UNITS if abs(seconds) >= length or length == 1)
    about = f"{abs(seconds) // length:.0f} {unit}"
    return f"{about} ago" if seconds >= 0 else f"in {about}"


def seconds_of(text: str) -> float:
    """The seconds of a duration such as `500ms`, `30s` or `1h30m`.

    Raises:
        UsageError: It is none.
    """
    match = _DURATION.fullmatch(text)
    if not match or not text:
        raise UsageError(f"{text!r} is no duration", hint="such as 500ms, 30s or 1h30m")
    return sum(int(number) * unit for number, unit in zip(match.groups(), _SECONDS, strict=True) if number)


def since(text: str) -> str:
    """The time that somebody means by `1h` (that long ago) or by a time as ISO 8601 writes it, which it stays.

    Raises:
        UsageError: It is neither.
    """
    try:
        return (datetime.now(UTC) - timedelta(seconds=seconds_of(text))).isoformat()
    except UsageError:
        pass
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is neither a time nor a duration", hint="such as 2026-01-31T12:00Z or 1h") from None
    return given.astimezone().isoformat()
