"""The first seconds of a stack: what is waited for, and what ends the wait early."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from durably.cli.exits import CommandError
from durably.cli.process import cause_of_end
from durably.cli.watching import Onlooker


class StackError(CommandError):
    """The stack does not do what it was started for; the message is one line."""


class Startup(Onlooker):
    """A watcher that knows whether the engine listens, and whether anything gave up.

    A process that exits by itself while the stack starts will do so again, so that is final; one that was killed by a
    signal is the supervisor's business.

    Args:
        listening: The name of the process that says `listening on` when it does.
    """

    def __init__(self, *, listening: str) -> None:
        self.listening = asyncio.Event()
        self._announcer = listening
        self._last_lines: dict[str, str] = {}
        self._failed: asyncio.Future[str] = asyncio.get_running_loop().create_future()

    def line(self, name: str, pid: int, text: str) -> None:  # noqa: ARG002 - the watcher's signature
        """A process wrote a line."""
        self._last_lines[name] = text
        if name == self._announcer and text.startswith("listening on "):
            self.listening.set()

    def ended(self, name: str, pid: int, code: int) -> None:  # noqa: ARG002 - the watcher's signature
        """A process ended."""
        if code >= 0 and not self._failed.done():
            said = self._last_lines.get(name, "it said nothing")
            self._failed.set_result(f"{name} {cause_of_end(code)} while starting: {said}")

    async def unless_failed(self, step: Coroutine[Any, Any, object]) -> None:
        """Wait for a step of the start.

        Raises:
            StackError: A process gave up before the step was done.
        """
        task: asyncio.Future[Any] = asyncio.ensure_future(step)
        try:
            waited: set[asyncio.Future[Any]] = {task, self._failed}
            await asyncio.wait(waited, return_when=asyncio.FIRST_COMPLETED)
            if not task.done():
                raise StackError(self._failed.result())
            await task
        finally:
            task.cancel()
