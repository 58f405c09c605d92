import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from durably.contracts.errors import EngineUnavailableError, NoWorkerError

T = TypeVar("T")


class Gate:
    """What the control API has to know of the process around it: whether it may start work, and when it closes.

    Args:
        connected: Whether the work stream to the engine is open.
    """

    def __init__(self, *, connected: Callable[[], bool]) -> None:
        self._connected = connected
        self._closing: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.draining = False
        """Set on SIGTERM: what runs is finished, nothing is begun."""

    def check_start(self) -> None:
        """Let a start pass, or not.

        Raises:
            NoWorkerError: This worker is going; another one, or its successor, will take the start.
            EngineUnavailableError: Nothing that is started now could be given to this worker.
        """
        if self.draining:
            raise NoWorkerError("This worker is shutting down and starts nothing any more; try again.")
        if not self._connected():
            raise EngineUnavailableError("The worker has no connection to the workflow engine; try again.")

    def close(self) -> None:
        """End all waits: the process is about to go."""
        if not self._closing.done():
            self._closing.set_result(None)

    async def unless_closing(self, waiting: Coroutine[Any, Any, T]) -> T | None:
        """What a long wait brings, or None when the process goes before that."""
        task = asyncio.ensure_future(waiting)
        either: set[asyncio.Future[Any]] = {task, self._closing}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            return task.result() if task.done() else None
        finally:
            task.cancel()
