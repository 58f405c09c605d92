"""JSON from callers as the bytes that travel on."""

import json
from typing import Any

from durably.contracts.depth import MAX_DEPTH, is_deeper
from durably.contracts.errors import InvalidInputError


def json_bytes(value: Any, *, field: str, around: int = 0) -> bytes:
    """A JSON value in no more bytes than it came in, nearly: escaped or spaced out it could pass the worker's limit.

    Args:
        value: What was read from a request.
        field: What it is called there.
        around: Levels around what the caller gave.

    Raises:
        InvalidInputError: It is nothing that JSON can hold, or nested too deeply.
    """
    if isinstance(value, bytes):  # what the framework gives us if the header does not say that it is JSON
        raise _wrong(field, "Send JSON with the header Content-Type: application/json")
    if is_deeper(value, MAX_DEPTH + around):
        raise _wrong(field, f"is nested more than {MAX_DEPTH} levels deep")
    try:
        return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
    except (TypeError, ValueError) as error:
        raise _wrong(field, "has numbers or characters that JSON does not have") from error


def _wrong(field: str, message: str) -> InvalidInputError:
    return InvalidInputError(f"Look at: {field}.", errors=({"field": field, "message": message},))
