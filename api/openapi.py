"""What the OpenAPI document says beyond what the framework reads from the routes."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI

from api.errors import PROBLEM_JSON
from durably.contracts.errors import (
    DurablyError,
    EngineTimeoutError,
    EngineUnavailableError,
    NoSidecarError,
    NoWorkerError,
    Problem,
    UnavailableError,
    WorkerTimeoutError,
)

DESCRIPTION: Final = """\
Durable workflows: what is started here runs to its end, whatever dies on the way.

Starting is idempotent: the same id with the same input is the same instance. Every error is an
[RFC 9457](https://www.rfc-editor.org/rfc/rfc9457) problem document with a stable `code`. Whatever is temporarily away
gives a 503 with `Retry-After` within five seconds; repeating the request is safe, only an event may arrive twice.

JSON may be nested 150 levels deep. Of a key that stands twice in one object, the last one counts.
"""

_AWAY: Final = (NoWorkerError, WorkerTimeoutError, NoSidecarError, EngineUnavailableError, EngineTimeoutError)
_ALWAYS: Final = (DurablyError, UnavailableError, *_AWAY)
_FRAMEWORKS_OWN: Final = ("HTTPValidationError", "ValidationError")

Responses = dict[int | str, dict[str, Any]]


def problems(*errors: type[DurablyError]) -> Responses:
    """The documentation of a route's problem answers, with an example of each code.

    Args:
        errors: Those that are the route's own; what can happen to every request is added.
    """
    responses: Responses = {}
    everything: tuple[type[DurablyError], ...] = (*errors, *_ALWAYS)
    for error in everything:
        response = responses.setdefault(error.status, _response(error))
        response["content"][PROBLEM_JSON]["examples"][error.code] = _example(error)
    return responses


def _response(error: type[DurablyError]) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": HTTPStatus(error.status).phrase,
        "content": {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}},
    }
    if error.retry_after_s is not None:
        schema = {"type": "integer", "minimum": 0}
        response["headers"] = {"Retry-After": {"description": "Seconds.", "required": True, "schema": schema}}
    return response


def _example(error: type[DurablyError]) -> dict[str, Any]:
    detail = (error.__doc__ or "").strip()
    return {"summary": error.title, "value": error(detail).to_problem().model_dump(exclude_defaults=True)}


def documented(app: FastAPI) -> Callable[[], dict[str, Any]]:
    """The application's `openapi`, with our problem document in place of the framework's."""
    made: Callable[[], dict[str, Any]] = app.openapi

    def openapi() -> dict[str, Any]:
        document = made()
        schemas = document["components"]["schemas"]
        schemas["Problem"] = Problem.model_json_schema()
        for name in _FRAMEWORKS_OWN:
            schemas.pop(name, None)
        for operation in (o for path in document["paths"].values() for o in path.values()):
            if PROBLEM_JSON not in operation["responses"].get("422", {}).get("content", {PROBLEM_JSON}):
                del operation["responses"]["422"]  # the framework adds it where nothing can be invalid
        return document

    return openapi
