"""One worker from its start to its end."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from typing import Any

import structlog

from durably.engine.host import WorkflowHost
from worker.server import HttpServer
from worker.settings import WorkerSettings
from worker.shutdown import Shutdown


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A worker, put together.

    Attributes:
        settings: What it was told.
        host: What runs workflows and activities.
        control: The control API.
        probes: The probes.
        shutdown: What ends it.
        background: What goes on beside it until it is told to stop.
        connections: What is closed in the end, by how.
    """

    settings: WorkerSettings
    host: WorkflowHost
    control: HttpServer
    probes: HttpServer
    shutdown: Shutdown
    background: tuple[Callable[[], Coroutine[Any, Any, None]], ...]
    connections: tuple[Callable[[], Awaitable[None]], ...]

    async def run(self) -> None:
        """Serve until a signal comes, then finish what runs and close."""
        self.shutdown.install()
        await self.probes.start()
        await self.control.start()
        self.host.start()
        background = [asyncio.create_task(part()) for part in self.background]
        log = structlog.get_logger()
        log.info("worker_started", control_port=self.settings.control_port, probe_port=self.settings.probe_port)
        await self.shutdown.wait()
        for task in background:
            task.cancel()
        await asyncio.gather(*background, return_exceptions=True)
        await self.shutdown.drain(self.host, grace_s=self.settings.shutdown_grace_s)
        for close in (self.control.stop, *self.connections, self.probes.stop):
            await close()
        self.shutdown.leave()
