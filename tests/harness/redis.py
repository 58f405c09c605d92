"""Redis, set up as an actor state store has to be: nothing that was acknowledged is lost."""

from pathlib import Path

from tests.harness.ports import free_port
from tests.harness.processes import Process, says


def redis(folder: Path, *, port: int | None = None) -> tuple[Process, int]:
    """A Redis server that syncs every write to its append-only file, and its port.

    Args:
        folder: Where its data and its log go.
        port: Where it listens; by default a free port.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port = port or free_port()
    command = [
        "redis-server", "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), "--save", "",
        "--appendonly", "yes", "--appendfsync", "always", "--maxmemory-policy", "noeviction", "--daemonize", "no",
    ]  # fmt: skip
    return Process("redis", command, log=folder / "redis.log", ready=says("Ready to accept connections")), port
