"""Every error as an RFC 9457 problem document."""

import json
from collections.abc import Mapping
from typing import Any, Final

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from starlette.exceptions import HTTPException

from durably.contracts.complaints import complaint
from durably.contracts.errors import DurablyError, InvalidInputError

PROBLEM_JSON: Final = "application/problem+json"

_MAX_ERRORS: Final = 20
_MAX_FIELD: Final = 200
"""A caller who sends ten thousand wrong fields is told of the first few, by the beginning of their names."""


class RouteNotFoundError(DurablyError):
    """No route has that path."""

    code = "not_found"
    status = 404
    title = "No such page"


class MethodNotAllowedError(DurablyError):
    """The path exists, and does not take that method."""

    code = "method_not_allowed"
    status = 405
    title = "The path does not take this method"


def problem_response(error: DurablyError, *, headers: Mapping[str, str] | None = None) -> Response:
    """The answer that says what went wrong."""
    body = error.to_problem().model_dump(exclude_defaults=True)
    all_headers = dict(headers or {})
    if error.retry_after_s is not None:
        all_headers.setdefault("Retry-After", str(error.retry_after_s))
    # ASCII: a field's name is the caller's, and may hold what UTF-8 cannot.
    return Response(json.dumps(body), status_code=error.status, headers=all_headers, media_type=PROBLEM_JSON)


def install(app: FastAPI) -> None:
    """Make an application answer with problem documents."""
    app.add_exception_handler(DurablyError, _on_ours)
    app.add_exception_handler(RequestValidationError, _on_invalid)
    app.add_exception_handler(HTTPException, _on_http)


async def _on_ours(request: Request, error: Exception) -> Response:
    assert isinstance(error, DurablyError)  # noqa: S101 - the handler is registered for nothing else
    if error.status >= 500:  # noqa: PLR2004 - server errors, as HTTP counts
        structlog.get_logger().warning(
            "request_failed",
            code=error.code,
            method=request.method,
            path=request.url.path,
            instance_id=error.instance_id or request.path_params.get("instance_id"),
            reason=str(error.__cause__ or "") or error.detail,  # a time-out has no text of its own
        )
    return problem_response(error)


async def _on_invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101 - as above
    errors = tuple(_field_error(request, e) for e in error.errors()[:_MAX_ERRORS])
    fields = ", ".join(dict.fromkeys(str(e["field"]) for e in errors))
    return problem_response(InvalidInputError(f"Look at: {fields}.", errors=errors))


def _field_error(request: Request, error: Mapping[str, Any]) -> dict[str, str]:
    """One wrong field; its name is without the part of the request that it is in, unless it is all of that part."""
    where = error["loc"]
    if error["type"] == "json_invalid":
        return {"field": "body", "message": f"This is not JSON: {error['ctx']['error']} at character {where[-1]}"}
    if where == ("body",) and "json" not in request.headers.get("content-type", ""):
        return {"field": "body", "message": "Send a JSON object with the header Content-Type: application/json"}
    field = ".".join(str(part) for part in where[1:] or where)
    return {"field": field[:_MAX_FIELD], "message": complaint(error)}


def _allowed(request: Request) -> str:
    """The methods of all routes with the path of the first that fits; the framework knows those of that one alone."""
    routes = list(iter_route_contexts(request.app.routes))
    path = next((route.path for route in routes if route.path_regex.match(request.url.path)), None)
    return ", ".join(sorted({m for route in routes if route.path == path for m in route.methods or ()})) or "GET"


async def _on_http(request: Request, error: Exception) -> Response:
    """What the framework itself raises."""
    assert isinstance(error, HTTPException)  # noqa: S101 - as above
    if error.status_code == 404:  # noqa: PLR2004 - as above
        return problem_response(RouteNotFoundError("There is nothing at this path; /docs lists what there is."))
    if error.status_code == 405:  # noqa: PLR2004 - as above
        allowed = _allowed(request)
        return problem_response(MethodNotAllowedError(f"This path takes {allowed}."), headers={"Allow": allowed})
    unreadable = {"field": "body", "message": "This cannot be read as JSON"}
    return problem_response(InvalidInputError("The body cannot be read as JSON.", errors=(unreadable,)))
