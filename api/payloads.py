"""JSON from callers as the bytes that travel on."""

import json
from typing import Any

from durably.contracts.errors import InvalidInputError


def json_bytes(value: Any, *, field: str) -> bytes:
    """A JSON value in no more bytes than it came in, nearly: escaped or spaced out it could pass the worker's limit.

    Args:
        value: What was read from a request.
        field: What it is called there.

    Raises:
        InvalidInputError: It is nothing that JSON can hold.
    """
    if isinstance(value, bytes):  # what the framework gives us if the header does not say that it is JSON
        raise _wrong(field, "Send JSON with the header Content-Type: application/json")
    try:
        return json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise _wrong(field, "has numbers or characters that JSON does not have, or is nested too deeply") from error


def _wrong(field: str, message: str) -> InvalidInputError:
    return InvalidInputError(f"Look at: {field}.", errors=({"field": field, "message": message},))
