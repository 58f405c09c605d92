"""What pydantic says is wrong, as people read it."""

from collections.abc import Mapping
from typing import Any, Final

_OURS: Final = {"value_error": "Value error, ", "assertion_error": "Assertion failed, "}
"""What it puts before the text of our own validators, by the type of the error."""


def complaint(wrong: Mapping[str, Any]) -> str:
    """What is wrong, of one of the `errors()` of a `ValidationError`."""
    text: str = wrong["msg"]
    return text.removeprefix(_OURS.get(wrong["type"], ""))
