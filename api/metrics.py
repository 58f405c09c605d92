"""The metrics on a port of their own, out of the reach of those who call the API."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web
from prometheus_client import CollectorRegistry

from durably.telemetry.metrics import CONTENT_TYPE, exposition


@asynccontextmanager
async def exposed(registry: CollectorRegistry, listener: socket.socket | None) -> AsyncIterator[None]:
    """Answer `/metrics` while the context lasts.

    Args:
        registry: What Prometheus reads.
        listener: Where; None for nowhere.
    """
    if listener is None:
        yield
        return

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=exposition(registry), headers={"Content-Type": CONTENT_TYPE})

    app = web.Application()
    app.add_routes([web.get("/metrics", metrics)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
    await runner.setup()
    try:
        await web.SockSite(runner, listener).start()
        yield
    finally:
        await runner.cleanup()
