"""The API as a process."""

import sys
from collections.abc import Mapping
from pathlib import Path

from tests.harness.ports import free_port
from tests.harness.processes import Process, answers


def api_process(folder: Path, *, port: int | None = None, env: Mapping[str, str] | None = None) -> Process:
    """`python -m api`, not started.

    Args:
        folder: Where its log goes.
        port: Where it listens; by default a free port.
        env: More of its environment.
    """
    port = port or free_port()
    settings = {"DURABLY_API_PORT": str(port), "DURABLY_API_LOG_FORMAT": "json", **(env or {})}
    ready = answers(f"http://127.0.0.1:{port}/livez")
    return Process("api", [sys.executable, "-m", "api"], log=folder / "api.log", env=settings, ready=ready)
