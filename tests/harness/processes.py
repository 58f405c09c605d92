"""Processes that tests start, kill, pause and start again."""

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final

import aiohttp

from tests.harness.waiting import POLL_S

_GUARD: Final = """
import os, signal, sys
groups = set()
for line in sys.stdin:
    (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
for group in groups:
    try:
        os.killpg(group, signal.SIGKILL)
    except ProcessLookupError:
        pass
"""


class _Guard:
    """A process that outlives this one by a moment, however it ends, and kills what it left behind."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def _stdin(self) -> IO[str]:
        if self._process is None:
            command = [sys.executable, "-S", "-c", _GUARD]
            self._process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True, start_new_session=True)
        assert self._process.stdin is not None
        return self._process.stdin

    def tell(self, sign: str, group: int) -> None:
        self._stdin().write(f"{sign}{group}\n")
        self._stdin().flush()


_guard = _Guard()

Readiness = Callable[["Process"], Awaitable[bool]]


class Process:
    """One process, in a process group of its own, that can be started again as often as wanted.

    Args:
        name: What it is called in failure messages.
        command: The command line.
        log: The file that its output goes to; appended to by each start.
        env: Added to this process's environment.
        ready: Whether it can be used; asked again and again after a start. By default it is ready at once.
        start_timeout_s: Seconds within which it has to be ready.
    """

    def __init__(
        self,
        name: str,
        command: Sequence[str],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        ready: Readiness | None = None,
        start_timeout_s: float = 20,
    ) -> None:
        self.name = name
        self.command = list(command)
        self.env = dict(env or {})
        self.log = log
        self._ready = ready
        self._start_timeout_s = start_timeout_s
        self._popen: subprocess.Popen[bytes] | None = None
        self._log_offset = 0

    @property
    def pid(self) -> int:
        """The id of the process that runs, or ran last."""
        assert self._popen is not None, f"{self.name} was never started"
        return self._popen.pid

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._popen is not None and self._popen.poll() is None

    @property
    def returncode(self) -> int | None:
        """What it exited with: None while it runs, negative for a signal."""
        return None if self._popen is None else self._popen.poll()

    def spawn(self) -> None:
        """Start it and return at once. Does nothing if it runs."""
        if self.alive:
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as output:
            self._log_offset = output.tell()
            self._popen = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=os.environ | self.env,
                process_group=0,
            )
        _guard.tell("+", self._popen.pid)

    async def start(self) -> None:
        """Start it, unless it runs, and return once it is ready.

        Raises:
            AssertionError: It ended, or was not ready in time; the message shows its last output.
        """
        self.spawn()
        ends = time.monotonic() + self._start_timeout_s
        while self._ready is not None and not await self._ready(self):
            if not self.alive:
                raise AssertionError(f"{self.name} exited with {self.returncode} while starting\n{self.tail()}")
            if time.monotonic() > ends:
                raise AssertionError(f"{self.name} is not ready after {self._start_timeout_s:g} s\n{self.tail()}")
            await asyncio.sleep(POLL_S)

    def kill(self) -> None:
        """`kill -9` of the whole process group, and wait until it is gone."""
        self._signal(signal.SIGKILL)
        self._reap(5)

    def terminate(self) -> None:
        """SIGTERM, to the process alone. Returns at once; see `wait_exit`."""
        if self._popen is not None:
            self._popen.terminate()

    def pause(self) -> None:
        """SIGSTOP: the process holds its sockets open and does nothing."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    async def wait_exit(self, timeout_s: float = 20) -> int:
        """The exit code, once it has ended.

        Raises:
            AssertionError: It still runs after `timeout_s` seconds.
        """
        try:
            await asyncio.to_thread(self._reap, timeout_s)
        except subprocess.TimeoutExpired as error:
            raise AssertionError(f"{self.name} still runs after {timeout_s:g} s\n{self.tail()}") from error
        assert self.returncode is not None
        return self.returncode

    async def stop(self, timeout_s: float = 5) -> None:
        """SIGTERM, and SIGKILL for what has not ended in time."""
        self.terminate()
        with suppress(AssertionError):
            await self.wait_exit(timeout_s)
        self.kill()

    def output(self, *, all_starts: bool = False) -> str:
        """What it has written since its last start, or since the first."""
        if not self.log.exists():
            return ""
        with self.log.open("rb") as log:
            log.seek(0 if all_starts else self._log_offset)
            return log.read().decode(errors="replace")

    def tail(self, lines: int = 40) -> str:
        """Its command line and its last lines, for a failure message."""
        last = self.output(all_starts=True).splitlines()[-lines:]
        return "\n".join([f"--- {self.name}: {' '.join(self.command)} ({self.log})", *last])

    def _signal(self, number: signal.Signals) -> None:
        if self._popen is not None and self._popen.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._popen.pid, number)

    def _reap(self, timeout_s: float) -> None:
        if self._popen is None or self._popen.returncode is not None:
            return
        self._popen.wait(timeout_s)
        _guard.tell("-", self._popen.pid)


def says(text: str) -> Readiness:
    """Ready when it has written a text since its last start."""

    async def ready(process: Process) -> bool:
        return text in process.output()

    return ready


def listens(port: int) -> Readiness:
    """Ready when its TCP port on loopback accepts connections."""

    async def ready(_process: Process) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        return True

    return ready


def answers(url: str, *, headers: Mapping[str, str] | None = None) -> Readiness:
    """Ready when a URL answers with a 2xx status to these headers."""

    async def ready(_process: Process) -> bool:
        timeout = aiohttp.ClientTimeout(total=1)
        try:
            async with aiohttp.ClientSession(timeout=timeout) as session, session.get(url, headers=headers) as response:
                return response.ok
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    return ready


async def start_all(processes: Sequence[Process]) -> None:
    """Start processes side by side and return once all are ready."""
    for process in processes:
        process.spawn()
    await asyncio.gather(*(process.start() for process in processes))
