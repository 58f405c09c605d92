"""Errors as problem documents, and a number for every request."""

import time
from collections.abc import Awaitable, Callable
from typing import Any, Final

import structlog
from aiohttp import web

from durably.contracts.errors import DurablyError, PayloadTooLargeError, Problem
from durably.contracts.names import CONTROL_HEADER
from durably.telemetry.metrics import HttpMetrics

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_PROBLEM_TYPE: Final = "application/problem+json"


def problem_middleware(metrics: HttpMetrics) -> Any:
    """The outermost layer: marks each answer as ours, turns errors into problem documents, counts.

    Args:
        metrics: Told of each request by its route's template.
    """
    log = structlog.get_logger()

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        begun = time.perf_counter()
        resource = request.match_info.route.resource
        route = resource.canonical if resource else "unmatched"
        try:
            response = await handler(request)
        except DurablyError as error:
            response = _of_error(error)
        except web.HTTPRequestEntityTooLarge as error:
            response = _of_error(PayloadTooLargeError(error.text or "The body is too large."))
        except web.HTTPException as error:
            response = _of_http(error)
        except Exception:  # a process edge: the caller gets an answer, the log gets the place
            log.exception("control_request_failed", route=route, **request.match_info)
            response = _of_error(DurablyError("The worker failed on this request; its log says where."))
        response.headers[CONTROL_HEADER] = "1"
        metrics.observe(request.method, route, response.status, time.perf_counter() - begun)
        return response

    return middleware


def _of_error(error: DurablyError) -> web.Response:
    headers = {"Retry-After": str(error.retry_after_s)} if error.retry_after_s is not None else None
    return _response(error.to_problem(), headers)


def _of_http(error: web.HTTPException) -> web.Response:
    """What the router itself says: no such path, or not with this method."""
    code = error.reason.lower().replace(" ", "_")
    allow = error.headers.get("Allow")
    problem = Problem(
        title=error.reason, status=error.status, code=code, detail=f"The control API says: {error.reason}."
    )
    return _response(problem, {"Allow": allow} if allow else None)


def _response(problem: Problem, headers: dict[str, str] | None) -> web.Response:
    body = problem.model_dump_json().encode()
    return web.Response(body=body, status=problem.status, headers=headers, content_type=_PROBLEM_TYPE)
