"""The outermost layer of the application."""

import time
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem_response
from api.shutdown import Shutdown
from durably.contracts.errors import DurablyError
from durably.telemetry.metrics import HttpMetrics

_CLIENT_GONE: Final = 499
"""What a request counts as whose caller did not wait for the answer."""


class Edge:
    """ASGI middleware that counts every request, and answers what nobody expected with a logged 500.

    While the process stops, it asks callers to open another connection, which goes to another one: a request on a
    connection that is closed at that moment would be lost.

    Args:
        app: Everything else.
        metrics: Told of each request.
        shutdown: Whether the process is stopping.
    """

    def __init__(self, app: ASGIApp, *, metrics: HttpMetrics, shutdown: Shutdown) -> None:
        self._app = app
        self._shutdown = shutdown
        self._metrics = metrics
        self._log: Any = structlog.get_logger()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        status = 0

        async def watched(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                if self._shutdown.begun:
                    message = {**message, "headers": [*message["headers"], (b"connection", b"close")]}
            await send(message)

        begun = time.perf_counter()
        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            self._tell(scope, error)
            if status:
                raise  # half an answer has left; the server has to break the connection
            await problem_response(DurablyError("This is a fault of ours; the log says more."))(scope, receive, watched)
        finally:
            route = _template(scope)
            self._metrics.observe(scope["method"], route, status or _CLIENT_GONE, time.perf_counter() - begun)

    def _tell(self, scope: Scope, error: Exception) -> None:
        self._log.error(
            "unexpected_error",
            exc_info=error,
            method=scope["method"],
            route=_template(scope),
            instance_id=scope.get("path_params", {}).get("instance_id"),
        )


def _template(scope: Scope) -> str:
    return getattr(scope.get("route"), "path", "unmatched")
