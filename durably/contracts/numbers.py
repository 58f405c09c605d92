from typing import Annotated, Any

from pydantic import BeforeValidator


def _is_a_number(value: Any) -> Any:
    """Pydantic itself takes texts and truth values for numbers, or in strict mode refuses 6.0; JSON Schema neither."""
    if isinstance(value, bool | str | bytes):
        raise ValueError("Input should be a valid integer")  # noqa: TRY004 - what pydantic makes a complaint of
    return value


WholeNumber = Annotated[int, BeforeValidator(_is_a_number)]
"""An integer exactly as JSON Schema means it, so that what fits the published schema is what is accepted."""
