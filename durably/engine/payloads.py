"""What workflows and activities are given, and what they return: models on their side, JSON on the engine's."""

from typing import Any

from pydantic import BaseModel, ValidationError

from durably.contracts.complaints import complaints
from durably.engine.sdk import shared


class UnserialisableResultError(TypeError):
    """A workflow or an activity returned something that cannot be written into a history."""


def given(model: type[BaseModel], payload: Any, *, to: str) -> BaseModel:
    """An input as its model.

    Args:
        model: The model.
        payload: The input, as plain JSON values.
        to: Whose input it is, as the error says it.

    Raises:
        ValueError: It does not fit. The message has no values of it: the text of a failure is recorded, shown, logged.
    """
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        # Not from the error, whose own text quotes the input.
        raise ValueError(f"The input does not fit {to}: {complaints(error)}") from None


def encoded(result: Any, *, of: str) -> str | None:
    """A result as JSON; None has none.

    Args:
        result: The result, a model or what JSON can hold.
        of: Whose result it is, as the error says it.

    Raises:
        UnserialisableResultError: JSON cannot hold it.
    """
    return _both(result, of)[1]


def plain(result: Any, *, of: str) -> Any:
    """A result as plain JSON values, for the SDK to encode; arguments and errors as for `encoded`.

    Looked at before the SDK does: 1.19.0 leaves an instance running for ever whose result JSON cannot hold.
    """
    return _both(result, of)[0]


def _both(result: Any, of: str) -> tuple[Any, str | None]:
    try:
        values = result.model_dump(mode="json") if isinstance(result, BaseModel) else result
        return values, None if values is None else shared.to_json(values)
    except (TypeError, ValueError) as error:
        raise UnserialisableResultError(f"{of} returned what JSON cannot hold: {error}") from error
