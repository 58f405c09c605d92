"""The development stack: the embedded engine, one worker, the API and an outside world."""

import asyncio
from contextlib import AsyncExitStack, suppress
from typing import Final, Self

import aiohttp

from durably.cli.gateway import add_gateway
from durably.cli.inbox import Inbox
from durably.cli.logs import LogFiles
from durably.cli.payments import Book
from durably.cli.receiver import application, receiving
from durably.cli.startup import StackError, Startup
from durably.cli.supervisor import Supervisor
from durably.cli.watching import Watcher, Watchers
from durably.cli.wiring import API, ENGINE, WORKER, StackConfig, api, engine, worker

_POLL_S: Final = 0.03
_START_TIMEOUT_S: Final = 60.0


class Stack:
    """The processes of one stack; `async with` starts them and stops them.

    Args:
        config: What to start and where.
        watcher: Told of all that happens to the processes.
    """

    def __init__(self, config: StackConfig, watcher: Watcher) -> None:
        self.config = config
        self.inbox = Inbox(config.data / "notifications.jsonl")
        self.payments = Book(config.data / "payments.jsonl")
        self._startup = Startup(listening=ENGINE)
        self._logs = LogFiles(config.data / "logs")
        self.supervisor = Supervisor(Watchers(self._logs, watcher, self._startup))
        self._exit = AsyncExitStack()

    async def __aenter__(self) -> Self:
        outside = application(self.inbox)
        add_gateway(outside, self.payments)
        await self._exit.enter_async_context(receiving(outside, port=self.config.ports.receiver))
        self._exit.callback(self._logs.close)
        self._exit.push_async_callback(self.supervisor.stop)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exit.aclose()

    def pids(self) -> dict[str, int]:
        """The PIDs of the processes as they run now."""
        return {name: self.supervisor.pid(name) for name in (ENGINE, WORKER, API)}

    async def start(self) -> None:
        """Start the processes and return once API and worker are ready.

        Raises:
            StackError: One of them ended, or they are not ready in time.
        """
        config, start = self.config, self.supervisor.start
        try:
            async with asyncio.timeout(_START_TIMEOUT_S):
                await start(engine(config))
                await self._startup.unless_failed(self._startup.listening.wait())
                await asyncio.gather(start(worker(config)), start(api(config)))
                await self._startup.unless_failed(self._ready())
        except TimeoutError as error:
            raise StackError(f"not ready after {_START_TIMEOUT_S:g} s; see {config.data / 'logs'}") from error

    async def _ready(self) -> None:
        """Both are asked: the API is ready when a worker answers, and the worker when it is connected to the engine."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            for url in (self.config.probes_url, self.config.api_url):
                await _until_ok(session, f"{url}/readyz")


async def _until_ok(session: aiohttp.ClientSession, url: str) -> None:
    while True:
        with suppress(aiohttp.ClientError, TimeoutError):
            async with session.get(url) as answer:
                if answer.ok:
                    return
        await asyncio.sleep(_POLL_S)
