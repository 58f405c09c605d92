"""A webhook receiver: what would be the system of an assignee who is notified."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

from aiohttp import web
from pydantic import Field, ValidationError

from durably.cli.inbox import Delivery, Inbox
from durably.cli.journal import nobody
from durably.contracts.model import Frozen
from durably.contracts.names import IDEMPOTENCY_HEADER

PATH: Final = "/notifications"
_STOPPING_S: Final = 0.1
"""A sender whose request is cut off sends it again, so nothing is gained by waiting for it."""


class Switches(Frozen):
    """What the receiver does wrong, so that what then happens can be seen."""

    fail: int = Field(default=0, ge=0, description="So many of the next notifications are refused with a 500.")
    delay_s: float = Field(default=0, ge=0, le=600, description="Seconds until a notification is answered.")


def application(inbox: Inbox, *, tell: Callable[..., object] = nobody) -> web.Application:
    """`POST /notifications` accepts, `GET` shows every delivery, `PUT /switches` makes it fail, `GET /livez` answers.

    Args:
        inbox: Where notifications are kept.
        tell: Told of each notification, as a structured logger is: an event and its fields.
    """
    receiver = _Receiver(inbox, tell)
    app = web.Application()
    app.add_routes([web.get("/", receiver.show), web.get(PATH, receiver.deliveries), web.post(PATH, receiver.receive)])
    app.add_routes([web.put("/switches", receiver.switch), web.get("/livez", receiver.alive)])
    return app


class _Receiver:
    def __init__(self, inbox: Inbox, tell: Callable[..., object]) -> None:
        self._inbox = inbox
        self._tell = tell
        self._delay_s = 0.0
        self._failures_left = 0

    async def alive(self, _: web.Request) -> web.Response:
        return web.json_response({"status": "alive"})

    async def show(self, _: web.Request) -> web.Response:
        return web.json_response(self._inbox.entries())

    async def deliveries(self, _: web.Request) -> web.Response:
        return web.json_response({"deliveries": [_shown(delivery) for delivery in self._inbox.deliveries()]})

    async def switch(self, request: web.Request) -> web.Response:
        try:
            switches = Switches.model_validate_json(await request.read())
        except ValidationError as error:
            return web.json_response({"error": str(error)}, status=400)
        self._failures_left, self._delay_s = switches.fail, switches.delay_s
        return web.json_response(switches.model_dump())

    async def receive(self, request: web.Request) -> web.Response:
        key = request.headers.get(IDEMPOTENCY_HEADER)
        if not key:
            return web.json_response({"error": f"the header {IDEMPOTENCY_HEADER} is missing"}, status=400)
        try:
            body = await request.json()
        except ValueError:
            return web.json_response({"error": "the body is not JSON"}, status=400)
        await asyncio.sleep(self._delay_s)
        if self._failures_left:
            self._failures_left -= 1
            self._tell("notification_refused", key=key, task_id=_task_of(body))
            return web.json_response({"error": "switched to fail"}, status=500)
        accepted = self._inbox.accept(key, body)
        self._tell("notification_received", key=key, task_id=_task_of(body), duplicate=not accepted)
        return web.json_response({"accepted": accepted, "duplicate": not accepted})


def _shown(delivery: Delivery) -> Delivery:
    return {
        "key": delivery["key"],
        "task_id": _task_of(delivery["body"]),
        "at": delivery["received_at"],
        "duplicate": delivery.get("duplicate", False),
    }


def _task_of(body: Any) -> str | None:
    task_id = body.get("task_id") if isinstance(body, dict) else None
    return None if task_id is None else str(task_id)


@asynccontextmanager
async def receiving(app: web.Application, *, port: int, host: str = "127.0.0.1") -> AsyncIterator[None]:
    """Listen while the context lasts.

    Raises:
        OSError: Something else has the port.
    """
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=_STOPPING_S)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        yield
    finally:
        await runner.cleanup()
