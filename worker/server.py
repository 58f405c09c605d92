import sys
from typing import Final

from aiohttp import web

EXIT_ADDRESS_TAKEN: Final = 1
_BACKLOG: Final = 4_096
"""Connections that may wait to be accepted: a burst is served late, not turned away."""


class HttpServer:
    """One application on one address.

    Args:
        app: The application.
        host: The address it listens on.
        port: The port.
        variable: The setting that the port comes from, for the message when it is taken.
    """

    def __init__(self, app: web.Application, *, host: str, port: int, variable: str) -> None:
        # Without cancellation a long poll whose caller has gone would be waited for to its end.
        self._runner = web.AppRunner(app, access_log=None, handler_cancellation=True, shutdown_timeout=2)
        self._address = (host, port)
        self._variable = variable

    async def start(self) -> None:
        """Listen.

        Raises:
            SystemExit: With code 1 and one line on standard error: the address cannot be had.
        """
        await self._runner.setup()
        host, port = self._address
        try:
            await web.TCPSite(self._runner, host, port, backlog=_BACKLOG).start()
        except OSError as error:
            print(f"{self._variable}: cannot listen on {host}:{port}: {error.strerror}", file=sys.stderr)  # noqa: T201 - the last word of a process that cannot start
            raise SystemExit(EXIT_ADDRESS_TAKEN) from error

    async def stop(self) -> None:
        """Take no connection any more, let requests end for a moment, close."""
        await self._runner.cleanup()
