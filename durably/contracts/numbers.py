from typing import Annotated, Any

from pydantic import BeforeValidator, Field


def _is_a_number(value: Any) -> Any:
    """Pydantic itself takes texts and truth values for numbers, or in strict mode refuses 6.0; JSON Schema neither."""
    if isinstance(value, bool | str | bytes):
        raise ValueError("Input should be a valid integer")  # noqa: TRY004 - what pydantic makes a complaint of
    return value


WholeNumber = Annotated[int, BeforeValidator(_is_a_number)]
"""An integer exactly as JSON Schema means it, so that what fits the published schema is what is accepted."""

EventId = Annotated[int, Field(ge=0, le=2**31 - 1), BeforeValidator(_is_a_number)]
"""The id of an event of a history. The bounds come first: behind a validator pydantic does not publish them."""
