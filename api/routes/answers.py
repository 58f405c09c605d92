"""Answers that carry JSON which exists already, so that it is not read and written again."""

from typing import Any, Final

from fastapi import Response

ACCEPTED: Final[dict[int | str, dict[str, Any]]] = {
    202: {"headers": {"Location": {"description": "Where to look.", "required": True, "schema": {"type": "string"}}}}
}
"""What the documentation of a 202 says beyond its body."""


def as_json(body: bytes | str) -> Response:
    """A 200 with a JSON body."""
    return Response(body, media_type="application/json")


def accepted(body: bytes, *, location: str) -> Response:
    """A 202 for a started instance that can be looked at elsewhere."""
    return Response(body, status_code=202, media_type="application/json", headers={"Location": location})


def as_accepted(body: bytes) -> Response:
    """A 202 for something that was asked of an instance."""
    return Response(body, status_code=202, media_type="application/json")
