"""The Chrome DevTools protocol, as much of it as the tests of the web page need."""

import asyncio
import itertools
import json
from collections import defaultdict
from collections.abc import Callable
from typing import Any

import aiohttp

Listener = Callable[[dict[str, Any]], None]


class DevToolsError(AssertionError):
    """The browser refused a command."""


class DevTools:
    """One connection to a browser; `session` names a tab.

    Args:
        socket: An open WebSocket to the browser.
    """

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._ids = itertools.count(1)
        self._waiting: dict[int, asyncio.Future[dict[str, Any]]] = {}
        self._listeners: dict[tuple[str | None, str], list[Listener]] = defaultdict(list)
        self._reading = asyncio.create_task(self._read())

    async def ask(self, method: str, *, session: str | None = None, **params: Any) -> dict[str, Any]:
        """Send a command and give its result."""
        number = next(self._ids)
        self._waiting[number] = answer = asyncio.get_running_loop().create_future()
        message = {"id": number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        await self._socket.send_json(message)
        async with asyncio.timeout(60):
            reply = await answer
        if "error" in reply:
            raise DevToolsError(f"{method}: {reply['error']}")
        result: dict[str, Any] = reply["result"]
        return result

    def listen(self, event: str, listener: Listener, *, session: str | None = None) -> None:
        """Be told of every event of a kind."""
        self._listeners[session, event].append(listener)

    async def close(self) -> None:
        """Close the connection; the browser goes on."""
        await self._socket.close()
        await self._reading

    async def _read(self) -> None:
        async for frame in self._socket:
            message = json.loads(frame.data)
            if (waiting := self._waiting.pop(message.get("id", 0), None)) is not None:
                waiting.set_result(message)
            for listener in self._listeners[message.get("sessionId"), message.get("method", "")]:
                listener(message["params"])
