"""A stand-in for the worker's control API.

It is a fake because the states that it shows cannot be had from a real worker on demand: one that hangs, one that dies
in the middle of an answer, a sidecar with nobody behind it, an engine that is away. The real worker is used in
tests/integration.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from durably.contracts.errors import DurablyError
from durably.contracts.names import CONTROL_HEADER, TASK_PROCESSING

Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

HEADERS = {CONTROL_HEADER: "1"}

SIDECAR_TOKEN = "a-token-that-nobody-may-see"  # noqa: S105 - it opens nothing


@dataclass(frozen=True)
class Asked:
    """One request, as it came over the wire."""

    method: str
    path: str
    headers: dict[str, str]
    body: Any


class FakeControl:
    """Gives the scripted answers in turn, the last one for ever, and remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.url = ""
        self.port = 0
        self._script: list[Answer] = []
        self._released = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a free port."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"

    async def stop(self) -> None:
        """Let go of hanging requests and close."""
        self.release()
        assert self._runner is not None
        await self._runner.cleanup()

    def script(self, *answers: Answer) -> None:
        """Forget everything before, and answer with these."""
        self.release()
        self.asked.clear()
        self._script = list(answers)

    def release(self) -> None:
        """Let hanging requests end."""
        self._released.set()
        self._released = asyncio.Event()

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        raw = await request.read()
        self.asked.append(
            Asked(request.method, request.raw_path, dict(request.headers), json.loads(raw) if raw else None)
        )
        answer = self._script.pop(0) if len(self._script) > 1 else self._script[0]
        return await answer(request)

    async def hangs(self, _: web.Request) -> web.StreamResponse:
        """Takes the request and does not answer."""
        await self._released.wait()
        return web.Response()


def json_answer(body: Any, *, status: int = 200) -> Answer:
    """Answers like the control API."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response(body, status=status, headers=HEADERS)

    return answer


def problem(error: DurablyError) -> Answer:
    """Answers with a problem document like the control API."""
    return json_answer(error.to_problem().model_dump(mode="json"), status=error.status)


def scheduled(instance_id: str = "task-1") -> Answer:
    """Accepts a start."""
    return json_answer({"instance_id": instance_id, "status": "scheduled"}, status=202)


def view(**fields: Any) -> Answer:
    """Shows an instance."""
    moment = "2026-01-01T00:00:00Z"
    base = {"instance_id": "task-1", "workflow": TASK_PROCESSING, "status": "running"}
    return json_answer(base | {"created_at": moment, "updated_at": moment} | fields)


def by_sidecar(status: int) -> Answer:
    """Answers like a sidecar that finds no worker: without the control API's header."""

    async def answer(_: web.Request) -> web.StreamResponse:
        return web.json_response({"errorCode": "ERR_DIRECT_INVOKE", "message": "failed to invoke"}, status=status)

    return answer


async def dies(request: web.Request) -> web.StreamResponse:
    """The process dies before it answers."""
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def dies_halfway(request: web.Request) -> web.StreamResponse:
    """The process dies in the middle of its answer."""
    response = web.StreamResponse(headers=HEADERS | {"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"instance_id":')
    return await dies(request)
