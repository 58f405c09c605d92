"""JSON that stands as text within JSON."""

import json
from typing import Any


def parsed(text: str) -> Any:
    """The JSON object or list that a text is, or None."""
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def alike(value: Any, text: str) -> str:
    """A value as text, written as another was if that is one of the usual ways."""
    there = json.loads(text)
    for separators in ((", ", ": "), (",", ":")):
        for plain in (True, False):
            if json.dumps(there, ensure_ascii=plain, separators=separators) == text:
                return json.dumps(value, ensure_ascii=plain, separators=separators)
    return json.dumps(value)
