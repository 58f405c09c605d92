"""The development engine as a process."""

import sys
from pathlib import Path
from typing import Final

from tests.harness.ports import free_port
from tests.harness.processes import Process, says


class EmbeddedEngine:
    """`python -m durably.embedded`, with the same face as `DaprEngine`.

    Args:
        folder: Where its database and log go.
        webhook_url: Where the output binding `notifications` posts to.
    """

    kind: Final = "embedded"

    def __init__(self, folder: Path, *, webhook_url: str = "http://127.0.0.1:9") -> None:
        self.folder = folder
        self.grpc_port = free_port()
        command = [
            sys.executable, "-m", "durably.embedded", "--port", str(self.grpc_port),
            "--db", str(folder / "engine.db"), "--binding", f"notifications={webhook_url}",
        ]  # fmt: skip
        self.front = Process("engine", command, log=folder / "engine.log", ready=says("listening on"))
        """The process that the worker is connected to: what `kill -9 of the engine` means."""
        self.parts = {"engine": self.front}

    async def start(self) -> None:
        """Start it, unless it runs."""
        await self.front.start()

    def kill(self) -> None:
        """`kill -9`."""
        self.front.kill()

    async def stop(self) -> None:
        """Stop it; state stays in the folder."""
        self.front.resume()
        await self.front.stop()
