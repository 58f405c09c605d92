"""One run of one process: started on a leash and in its own process group, read line by line, stopped with patience."""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

_CHUNK = 65_536
_LONGEST_LINE = 1_048_576
_DRAIN_S = 1.0


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """What is to run.

    Attributes:
        name: What it is called in logs and messages.
        module: What `python -m` would be given.
        arguments: What follows the module on the command line.
        environment: The whole environment.
        grace_s: Seconds from SIGTERM to SIGKILL.
    """

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    grace_s: float = 10.0


class Process:
    """A running process; see `spawn`."""

    def __init__(self, child: asyncio.subprocess.Process, spec: ProcessSpec, line: Callable[[str], None]) -> None:
        self._child = child
        self._spec = spec
        self._line = line
        self._reader = asyncio.create_task(self._read())

    @classmethod
    async def spawn(cls, spec: ProcessSpec, *, leash: int, line: Callable[[str], None]) -> "Process":
        """Start it.

        Its own process group keeps a Ctrl-C in the terminal from reaching it before the supervisor has decided on an
        order. Both its outputs are one pipe, so that what it says stays in sequence.

        Args:
            spec: What to start.
            leash: The reading end of the supervisor's pipe; see `leash.py`.
            line: Called with each line that it writes.

        Raises:
            OSError: The system cannot start another process.
        """
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-P", "-m", "durably.cli.leash", str(leash), spec.module, *spec.arguments),
            env=spec.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            pass_fds=(leash,),
            process_group=0,
        )
        return cls(child, spec, line)

    @property
    def pid(self) -> int:
        """The id of the process, and of its group."""
        return self._child.pid

    async def wait(self) -> int:
        """The exit code, negative for a signal, once it has ended and all that it wrote was read."""
        code = await self._child.wait()
        # Something that it started may hold the pipe open: that is not waited for.
        await asyncio.wait({self._reader}, timeout=_DRAIN_S)
        self._reader.cancel()
        return code

    async def stop(self, hurry: asyncio.Event) -> None:
        """SIGTERM; SIGKILL when the grace is over, or at once when `hurry` is set. See `wait` for the end."""
        self._signal(signal.SIGTERM)
        ended, hurried = asyncio.create_task(self._child.wait()), asyncio.create_task(hurry.wait())
        await asyncio.wait({ended, hurried}, timeout=self._spec.grace_s, return_when=asyncio.FIRST_COMPLETED)
        hurried.cancel()
        if not ended.done():
            self._signal(signal.SIGKILL)
        await ended

    def _signal(self, number: signal.Signals) -> None:
        if self._child.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self.pid, number)

    async def _read(self) -> None:
        """Hand on the lines; by chunks, because a line of any length must not stop the pipe from being emptied."""
        output, pending = self._child.stdout, b""
        while output is not None and (chunk := await output.read(_CHUNK)):
            *lines, pending = (pending + chunk).split(b"\n")
            if len(pending) > _LONGEST_LINE:
                lines, pending = [*lines, pending], b""
            for line in lines:
                self._line(line.decode(errors="replace").rstrip("\r"))
        if pending:
            self._line(pending.decode(errors="replace"))


def cause_of_end(code: int) -> str:
    """An exit code in words."""
    if code >= 0:
        return f"exited with code {code}"
    try:
        return f"was killed by {signal.Signals(-code).name}"
    except ValueError:
        return f"was killed by signal {-code}"
