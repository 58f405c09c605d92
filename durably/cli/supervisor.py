"""Keeps named processes running, and stops them in order."""

import asyncio
import os
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from durably.cli.process import Process, ProcessSpec
from durably.cli.watching import Watcher


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before a process is started again.

    Attributes:
        first_s: The pause after the first end. Each next one is twice as long.
        longest_s: No pause is longer.
        stable_s: A process that ran this long is taken for well: the next pause is the first one again.
    """

    first_s: float = 0.1
    longest_s: float = 5.0
    stable_s: float = 10.0


class _Keeper:
    """One process through all its restarts. Only its task touches the process, so that nothing races."""

    def __init__(self, spec: ProcessSpec, *, leash: int, watcher: Watcher, backoff: Backoff) -> None:
        self._spec, self._leash, self._watcher, self._backoff = spec, leash, watcher, backoff
        self._stopping, self._hurry = asyncio.Event(), asyncio.Event()
        self._first_run: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._keep(), name=f"keeper of {spec.name}")
        self.pid = 0

    async def running(self) -> int:
        """The id of the first process, once it was started."""
        waited: set[asyncio.Future[Any]] = {self._first_run, self._task}
        await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            await self._task
        return await self._first_run

    async def stop(self) -> None:
        """Stop it for good."""
        self._stopping.set()
        await asyncio.wait({self._task})

    def hurry(self) -> None:
        """Do not wait for a graceful end."""
        self._hurry.set()

    async def _keep(self) -> None:
        pause_s, clock = self._backoff.first_s, asyncio.get_running_loop().time
        while not self._stopping.is_set():
            began = clock()
            try:
                await self._run_once()
            except OSError as error:
                if not self._first_run.done():
                    raise
                self._line(f"cannot be started: {error}")
            if self._stopping.is_set():
                return
            if clock() - began >= self._backoff.stable_s:
                pause_s = self._backoff.first_s
            self._watcher.restarting(self._spec.name, pause_s)
            await self._pause(pause_s)
            pause_s = min(pause_s * 2, self._backoff.longest_s)

    async def _run_once(self) -> None:
        name = self._spec.name
        process = await Process.spawn(self._spec, leash=self._leash, line=self._line)
        self.pid = process.pid
        self._watcher.started(name, self.pid)
        if not self._first_run.done():
            self._first_run.set_result(self.pid)
        ended, asked = asyncio.create_task(process.wait()), asyncio.create_task(self._stopping.wait())
        await asyncio.wait({ended, asked}, return_when=asyncio.FIRST_COMPLETED)
        asked.cancel()
        if not ended.done():
            await process.stop(self._hurry)
        self._watcher.ended(name, process.pid, await ended)

    async def _pause(self, pause_s: float) -> None:
        with suppress(TimeoutError):
            await asyncio.wait_for(self._stopping.wait(), pause_s)

    def _line(self, text: str) -> None:
        self._watcher.line(self._spec.name, self.pid, text)


class Supervisor:
    """Starts processes, starts those again that end, and stops them all.

    Args:
        watcher: Told of everything.
        backoff: How fast a process that ended is started again.
    """

    def __init__(self, watcher: Watcher, *, backoff: Backoff | None = None) -> None:
        self._watcher, self._backoff = watcher, backoff or Backoff()
        self._leash, self._hand = os.pipe()
        self._keepers: dict[str, _Keeper] = {}

    async def start(self, spec: ProcessSpec) -> int:
        """Start a process and keep it running; its first PID."""
        keeper = _Keeper(spec, leash=self._leash, watcher=self._watcher, backoff=self._backoff)
        self._keepers[spec.name] = keeper
        return await keeper.running()

    def pid(self, name: str) -> int:
        """The PID that a process has now, or had last."""
        return self._keepers[name].pid

    async def stop(self) -> None:
        """Stop all, the last one that was started first, each one after the other has ended."""
        for keeper in reversed(self._keepers.values()):
            await keeper.stop()
        for end in (self._leash, self._hand):
            os.close(end)

    def hurry(self) -> None:
        """Kill what is left, now and when its turn comes."""
        for keeper in self._keepers.values():
            keeper.hurry()
