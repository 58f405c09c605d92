"""Durations as callers write them."""

import re
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import BeforeValidator, WithJsonSchema

_FORM: Final = re.compile(r"([0-9]{1,6})(ms|s|m)", re.ASCII)
_UNITS: Final = {"ms": 0.001, "s": 1.0, "m": 60.0}
_LONGEST_S: Final = 60.0


def _seconds(text: Any) -> float:
    match = _FORM.fullmatch(text) if isinstance(text, str) else None
    seconds = int(match[1]) * _UNITS[match[2]] if match else None
    if seconds is None or seconds > _LONGEST_S:
        raise ValueError(f"has to be a duration of at most {_LONGEST_S:g}s, such as 500ms, 30s or 1m")
    return seconds


WaitSeconds = Annotated[
    float,
    BeforeValidator(_seconds),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": "^(([0-9]{1,4}|[1-5][0-9]{4}|60000)ms|([0-9]|[1-5][0-9]|60)s|[01]m)$",
            "examples": ["30s", "500ms", "1m"],
        }
    ),
]
"""Written like `30s`, `500ms` or `1m`, at most a minute; seconds in code."""

Wait = Annotated[
    WaitSeconds | None,
    Query(description="Answer once the instance has ended, or after this long; at most 60s. Nothing is polled."),
]
"""The query parameter of every long poll."""
