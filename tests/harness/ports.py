"""Ports for processes that are killed and started again on the same one."""

import os
import secrets
import socket
from typing import Final

_FIRST: Final = 12_000
_LAST: Final = 31_000
"""Below the range that Linux takes ephemeral ports from: while a process is dead, nothing else gets its port."""
_PROCESS: Final = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
_PROCESSES: Final = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
"""With `-n` each process that runs tests gives out ports of its own: which of them this one is."""

_given: set[int] = set()


def free_port() -> int:
    """A TCP port on loopback that nothing listens on, and that this process has not given out before."""
    while True:
        port = _FIRST + secrets.randbelow((_LAST - _FIRST) // _PROCESSES) * _PROCESSES + _PROCESS % _PROCESSES
        if port not in _given and _can_bind(port):
            _given.add(port)
            return port


def _can_bind(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("0.0.0.0", port))  # noqa: S104 - some of what takes the port listens on every address
        except OSError:
            return False
    return True
