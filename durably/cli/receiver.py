"""A webhook receiver: what would be the system of an assignee who is notified."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from durably.contracts.names import IDEMPOTENCY_HEADER

PATH = "/notifications"


class Inbox:
    """The notifications that were accepted, one JSON line each, in a file that outlives the process.

    A key is accepted once, so that a sender may repeat what it got no answer to.

    Args:
        file: Where they are kept. A torn line, whose delivery was never answered, does not count.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._accepted: dict[str, dict[str, Any]] = {}
        self._deliveries: list[dict[str, Any]] = []
        self._load()

    def accept(self, key: str, body: Any) -> bool:
        """Keep a notification; False if its key was accepted before, in which case nothing changes.

        Raises:
            OSError: It cannot be written; it is then not accepted.
        """
        entry = {"key": key, "received_at": datetime.now(UTC).isoformat(), "body": body}
        self._deliveries.append(entry)
        if key in self._accepted:
            return False
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")
        self._accepted[key] = entry
        return True

    def entries(self) -> list[dict[str, Any]]:
        """All that was accepted, oldest first."""
        return list(self._accepted.values())

    def deliveries(self) -> list[dict[str, Any]]:
        """All that came since the process was started, duplicates among it."""
        return self._deliveries

    def _load(self) -> None:
        text = self._file.read_text(encoding="utf-8") if self._file.exists() else ""
        if text and not text.endswith("\n"):
            with self._file.open("a", encoding="utf-8") as file:
                file.write("\n")
        for line in text.splitlines():
            with suppress(ValueError, TypeError, KeyError):
                entry = json.loads(line)
                self._accepted[entry["key"]] = entry


def application(inbox: Inbox) -> web.Application:
    """`POST /notifications` accepts, `GET /` shows."""

    async def show(_: web.Request) -> web.Response:
        return web.json_response(inbox.entries())

    async def receive(request: web.Request) -> web.Response:
        key = request.headers.get(IDEMPOTENCY_HEADER)
        if not key:
            return web.json_response({"error": f"the header {IDEMPOTENCY_HEADER} is missing"}, status=400)
        try:
            body = await request.json()
        except ValueError:
            return web.json_response({"error": "the body is not JSON"}, status=400)
        accepted = inbox.accept(key, body)
        return web.json_response({"accepted": accepted, "duplicate": not accepted})

    app = web.Application()
    app.add_routes([web.get("/", show), web.get(PATH, show), web.post(PATH, receive)])
    return app


@asynccontextmanager
async def receiving(inbox: Inbox, *, port: int) -> AsyncIterator[None]:
    """Listen on loopback while the context lasts.

    Raises:
        OSError: Something else has the port.
    """
    runner = web.AppRunner(application(inbox), access_log=None)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        yield
    finally:
        await runner.cleanup()
