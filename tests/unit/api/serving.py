"""The API on a real socket, inside the test's own event loop."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
import uvicorn
from fastapi import FastAPI
from yarl import URL

from api.bootstrap import application
from api.settings import ApiSettings
from tests.harness.waiting import true, until


@dataclass(frozen=True)
class Answered:
    """One answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)

    def is_problem(self, status: int, code: str) -> bool:
        """Whether it is a problem document of that kind, with what every such answer has to have."""
        assert self.headers["Content-Type"] == "application/problem+json", self
        assert ("Retry-After" in self.headers) == (status in {429, 503}), self
        problem = self.json
        assert problem["status"] == self.status
        assert problem["title"]
        assert problem["detail"]
        return (self.status, problem["code"]) == (status, code)


class Api:
    """A client of the API under test.

    Args:
        app: The application.
        session: Used for every request.
        url: Where the API listens.
    """

    def __init__(self, app: FastAPI, session: aiohttp.ClientSession, url: str) -> None:
        self.app = app
        self.session = session
        self.url = url

    async def ask(self, method: str, path: str, **options: Any) -> Answered:
        """Send one request; the path goes out as it stands."""
        async with self.session.request(method, URL(self.url + path, encoded=True), **options) as response:
            return Answered(response.status, response.headers, await response.read())

    async def get(self, path: str) -> Answered:
        """GET."""
        return await self.ask("GET", path)

    async def post(self, path: str, body: Any) -> Answered:
        """POST JSON."""
        return await self.ask("POST", path, json=body)


@asynccontextmanager
async def serving(**settings: Any) -> AsyncIterator[Api]:
    """The API with the given settings, and a client of it."""
    app = application(settings=ApiSettings(**settings))
    config = uvicorn.Config(app, log_config=None, lifespan="on", ws="none", http="httptools")
    server = uvicorn.Server(config)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        running = asyncio.create_task(server.serve(sockets=[listener]))
        await until(true(lambda: server.started), what="the API listens")
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session:
            yield Api(app, session, f"http://127.0.0.1:{listener.getsockname()[1]}")
        server.should_exit = True
        await running
