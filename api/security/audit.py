"""Who did what: one log line for each request that changes something, and for each that was refused."""

import re
from typing import Final
from uuid import uuid4

import structlog
from starlette.types import Message, Scope, Send

from api.security.callers import Caller
from api.security.doors import Door

REQUEST_ID: Final = b"x-request-id"

_ID: Final = re.compile(r"[A-Za-z0-9._:-]{1,128}", re.ASCII)
_STARTED: Final = re.compile(rb"/(?:instances|tasks)/([^/]+)")
_READING: Final = frozenset({"GET", "HEAD"})
_REFUSED: Final = frozenset({401, 403})


class Record:
    """What becomes of one request. Neither headers nor bodies get in, so no token can.

    Args:
        scope: The request.
        door: What it is for.
        send: Where its answer goes.
    """

    def __init__(self, scope: Scope, door: Door, send: Send) -> None:
        self._scope = scope
        self._door = door
        self._send = send
        self._status = 0
        self._started: str | None = None
        given = dict(scope["headers"]).get(REQUEST_ID, b"").decode("latin-1")
        self._id = given if _ID.fullmatch(given) else uuid4().hex
        self.caller: Caller | None = None

    async def send(self, message: Message) -> None:
        """Pass the answer on, with the id of the request."""
        if message["type"] == "http.response.start":
            self._status = message["status"]
            headers = [*message["headers"], (REQUEST_ID, self._id.encode())]
            self._started = _started(headers)
            message = {**message, "headers": headers}
        await self._send(message)

    def broke(self) -> None:
        """The application failed; where no answer has begun, the outermost layer gives one."""
        self._status = self._status or 500

    def write(self) -> None:
        """Write the line, once the request is over."""
        if self._scope["method"] in _READING and self._status not in _REFUSED:
            return
        structlog.get_logger().info(
            "audit",
            who=self.caller.name if self.caller else None,
            role=" ".join(sorted(self._door.roles or ())),
            method=self._scope["method"],
            route=self._door.route,
            instance_id=self._started or self._door.instance_id,
            status=self._status or None,
            request_id=self._id,
        )


def _started(headers: list[tuple[bytes, bytes]]) -> str | None:
    """The instance that an answer is about, where the path does not say it."""
    where = next((value for name, value in headers if name.lower() in {b"location", b"content-location"}), b"")
    match = _STARTED.match(where)
    return match[1].decode("latin-1") if match else None
