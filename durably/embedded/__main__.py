"""`python -m durably.embedded`: the engine as a process."""

import argparse
import asyncio
import signal
import sqlite3
import sys
from pathlib import Path

import uvloop

from durably.embedded.server import EmbeddedServer


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m durably.embedded",
        description="A workflow engine for development and tests on one machine. It listens on loopback only.",
    )
    parser.add_argument("--port", type=int, default=50001, help="gRPC port on 127.0.0.1; 0 for a free one")
    parser.add_argument("--db", type=Path, default=Path("engine.db"), help="the SQLite file that keeps everything")
    parser.add_argument("--binding", action="append", default=[], metavar="NAME=URL", help="an HTTP output binding")
    return parser.parse_args()


async def _serve(arguments: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    for signal_number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(signal_number, stopped.set)
    bindings = dict(binding.split("=", 1) for binding in arguments.binding)
    async with EmbeddedServer(arguments.db, port=arguments.port, bindings=bindings) as server:
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
