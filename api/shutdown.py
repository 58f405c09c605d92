import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from durably.contracts.errors import UnavailableError

_MARGIN_S: Final = 0.5
"""Long polls are cut this long before the server cuts connections, so that their answers still leave."""


class Shutdown:
    """Whether the process was told to stop, and until when long polls may last.

    Args:
        last_s: Seconds from the beginning of the shutdown until the server cuts what still runs.
    """

    def __init__(self, *, last_s: float) -> None:
        self._last_s = last_s
        self._cut_at: float | None = None
        self._polls: set[asyncio.Timeout] = set()

    @property
    def begun(self) -> bool:
        """Whether the process was told to stop."""
        return self._cut_at is not None

    def begin(self) -> None:
        """Give all long polls, those that run and those that come, the same last moment."""
        self._cut_at = asyncio.get_running_loop().time() + self._last_s - _MARGIN_S
        for poll in self._polls:
            poll.reschedule(self._cut_at)

    @asynccontextmanager
    async def long_poll(self) -> AsyncIterator[None]:
        """Inside, waiting is cut off when the process cannot wait any longer.

        Raises:
            UnavailableError: It was cut off.
        """
        try:
            async with asyncio.timeout_at(self._cut_at) as poll:
                self._polls.add(poll)
                try:
                    yield
                finally:
                    self._polls.discard(poll)
        except TimeoutError as error:
            raise UnavailableError("This process is shutting down and cannot wait any longer; ask again.") from error
