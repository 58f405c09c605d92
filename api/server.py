"""Uvicorn, which stops in our order: not ready, no new connections, running requests finished, exit code 0."""

import asyncio
import contextlib
import math
import signal
import socket
from collections.abc import Iterator
from typing import Any, Final

import structlog
import uvicorn
from prometheus_client import CollectorRegistry

from api.metrics import exposed
from api.settings import ApiSettings
from api.shutdown import Shutdown

_KEEP_ALIVE_S: Final = 75
"""Longer than the idle time of common load balancers, so that they, not we, close a connection that is being reused."""


class Server(uvicorn.Server):
    """The HTTP server.

    Args:
        app: The ASGI application.
        settings: Address and shutdown times.
        shutdown: Told when the process is to stop.
        registry: What Prometheus reads, where that has a port of its own.
    """

    def __init__(self, app: Any, *, settings: ApiSettings, shutdown: Shutdown, registry: CollectorRegistry) -> None:
        config = uvicorn.Config(
            app,
            loop="uvloop",
            http="httptools",
            ws="none",
            lifespan="on",
            log_config=None,
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=_KEEP_ALIVE_S,
            timeout_graceful_shutdown=math.ceil(settings.shutdown_grace_s),
        )
        super().__init__(config)
        self._settings = settings
        self._shutdown = shutdown
        self._registry = registry
        self._metrics: socket.socket | None = None
        self._log: Any = structlog.get_logger()

    def serve_forever(self) -> None:
        """Listen, and return when the process was told to stop and everything has finished.

        Raises:
            SystemExit: With code 1 and one line on standard error: the address cannot be had.
        """
        settings = self._settings
        with contextlib.ExitStack() as stack:
            listener = stack.enter_context(_listener(settings.host, settings.port, "DURABLY_API_PORT"))
            if settings.metrics_port is not None:
                self._metrics = _listener(settings.host, settings.metrics_port, "DURABLY_API_METRICS_PORT")
                stack.enter_context(self._metrics)
            self._log.info("api_listening", host=settings.host, port=listener.getsockname()[1], auth=settings.auth)
            if settings.unused:
                why = "DURABLY_API_AUTH " + ("is not set" if settings.auth is None else f"is {settings.auth}")
                self._log.warning("api_lets_everybody_in", reason=why, unused=settings.unused)
            self.run(sockets=[listener])
        self._log.info("api_stopped")

    async def serve(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve; the metrics, too, where they have a port of their own."""
        async with exposed(self._registry, self._metrics):
            await super().serve(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Take the signals ourselves: the base class raises them again in the end, which is no clean exit."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._told_to_stop)
        yield

    def _told_to_stop(self) -> None:
        if self._shutdown.begun:  # a supervisor and a terminal may both say it
            return
        self._log.info("api_stopping", grace_s=self._settings.shutdown_grace_s)
        self._shutdown.begin()
        asyncio.get_running_loop().call_later(self._settings.shutdown_delay_s, self._close)

    def _close(self) -> None:
        self.should_exit = True


def _listener(host: str, port: int, variable: str) -> socket.socket:
    try:
        return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
    except OSError as error:
        # A message makes the exit code 1.
        raise SystemExit(f"{variable}: cannot listen on {host}:{port}: {error.strerror}") from error
