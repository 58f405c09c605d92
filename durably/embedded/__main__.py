"""A workflow engine for development and tests on one machine. It listens on loopback only."""

import argparse
import asyncio
import signal
import sqlite3
import sys
from pathlib import Path
from typing import NoReturn

import uvloop

from durably.embedded.server import EmbeddedServer


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(2, f"embedded engine: {message}\n")


def _port(text: str) -> int:
    if not (text.isdecimal() and int(text) <= 65_535):  # noqa: PLR2004 - the largest there is
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def _binding(text: str) -> tuple[str, str]:
    name, _, url = text.partition("=")
    if not (name and url.startswith(("http://", "https://"))):
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=URL, such as notifications=http://localhost:8083/")
    return name, url


def _arguments() -> argparse.Namespace:
    parser = _Parser(prog="python -m durably.embedded", description=__doc__)
    parser.add_argument("--port", type=_port, default=50001, help="gRPC port on 127.0.0.1; 0 for a free one")
    parser.add_argument("--db", type=Path, default=Path("engine.db"), help="the SQLite file that keeps everything")
    parser.add_argument("--binding", type=_binding, action="append", metavar="NAME=URL", help="an HTTP output binding")
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopped.set)
    async with EmbeddedServer(arguments.db, port=arguments.port, bindings=dict(arguments.binding or ())) as server:
        sys.stderr.write("embedded engine: for development and tests on one machine, not for production\n")
        print(f"listening on 127.0.0.1:{server.port}", flush=True)  # noqa: T201 - for whoever started the process
        await stopped.wait()


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    try:
        uvloop.run(_serve(_arguments()))
    except (OSError, RuntimeError, ValueError, sqlite3.Error) as error:
        sys.stderr.write(f"embedded engine: {error}\n")
        sys.exit(1)


if __name__ == "__main__":
    main()
