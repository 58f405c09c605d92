"""Tiny processes to supervise, and a watcher that remembers."""

import os
from pathlib import Path
from typing import Final

import psutil

import durably
from durably.cli.process import ProcessSpec
from tests.harness.waiting import true, until

SOURCE: Final = Path(durably.__file__).parents[1]

_WAIT = "print('up', flush=True)\nsignal.pause()"
PATIENT: Final = f"import signal\n{_WAIT}"
STUBBORN: Final = f"import signal\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\n{_WAIT}"
POLITE: Final = f"import signal, sys\nsignal.signal(signal.SIGTERM, lambda *_: sys.exit(0))\n{_WAIT}"


def spec(folder: Path, name: str, code: str, *arguments: str, grace_s: float = 10) -> ProcessSpec:
    """A process that runs some code."""
    (folder / f"tiny_{name}.py").write_text(code)
    path = os.pathsep.join([str(folder), str(SOURCE)])
    return ProcessSpec(name, f"tiny_{name}", arguments, os.environ | {"PYTHONPATH": path}, grace_s)


class Recorder:
    """A watcher that remembers everything in order."""

    def __init__(self) -> None:
        self.starts: list[tuple[str, int]] = []
        self.lines: list[tuple[str, str]] = []
        self.ends: list[tuple[str, int, int]] = []
        self.pauses: list[float] = []

    def started(self, name: str, pid: int) -> None:
        """A process runs."""
        self.starts.append((name, pid))

    def line(self, name: str, pid: int, text: str) -> None:
        """A process wrote a line."""
        self.lines.append((name, text))

    def ended(self, name: str, pid: int, code: int) -> None:
        """A process ended."""
        self.ends.append((name, pid, code))

    def restarting(self, name: str, pause_s: float) -> None:
        """A process is started again."""
        self.pauses.append(pause_s)

    async def up(self, name: str, times: int = 1) -> None:
        """Until a process has said `up` that often."""
        await until(true(lambda: self.lines.count((name, "up")) >= times), what=f"{name} is up {times}x")


def exists(pid: int) -> bool:
    """Whether a process runs; a zombie does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
