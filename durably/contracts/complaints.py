"""What pydantic says is wrong, as people read it."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

_OURS: Final = {"value_error": "Value error, ", "assertion_error": "Assertion failed, "}
"""What it puts before the text of our own validators, by the type of the error."""


def complaint(wrong: Mapping[str, Any]) -> str:
    """What is wrong, of one of the `errors()` of a `ValidationError`."""
    text: str = wrong["msg"]
    return text.removeprefix(_OURS.get(wrong["type"], ""))


def complaints(error: ValidationError) -> str:
    """All that is wrong, in one line, without the values: they may be secret, and differ from instance to instance."""
    wrong = error.errors(include_url=False, include_input=False, include_context=False)
    return "; ".join(f"{'.'.join(map(str, one['loc'])) or 'all of it'}: {complaint(one)}" for one in wrong)
