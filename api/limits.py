"""Request bodies have a limit, kept before anything is parsed."""

from typing import Any

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.errors import problem_response
from durably.contracts.errors import PayloadTooLargeError


class BodyLimit:
    """ASGI middleware that answers 413 to a body over the limit, whether its length is announced or not.

    Args:
        app: What is protected.
        max_bytes: The largest body that passes.
    """

    def __init__(self, app: ASGIApp, *, max_bytes: int) -> None:
        self._app = app
        self._max_bytes = max_bytes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The ASGI interface."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        if b"transfer-encoding" in headers:
            await self._read_then_pass(scope, receive, send)
        elif int(headers.get(b"content-length", 0)) > self._max_bytes:  # the server has checked that it is a number
            await self._refuse(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _read_then_pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        body = bytearray()
        more = True
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
            if len(body) > self._max_bytes:
                await self._refuse(scope, receive, send)
                return
        await self._app(scope, _replay(bytes(body), receive), send)

    async def _refuse(self, scope: Scope, receive: Receive, send: Send) -> None:
        error = PayloadTooLargeError(f"A request body may have {self._max_bytes} bytes; pass an id, not a document.")
        await problem_response(error)(scope, receive, send)


def _replay(body: bytes, receive: Receive) -> Receive:
    waiting: list[dict[str, Any]] = [{"type": "http.request", "body": body, "more_body": False}]

    async def replay() -> Message:
        return waiting.pop() if waiting else await receive()

    return replay
