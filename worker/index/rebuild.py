import asyncio
from collections.abc import Awaitable, Callable
from uuid import uuid4

import structlog

from durably.contracts.errors import UnavailableError
from durably.contracts.listing import IndexState
from worker.index.index import InstanceIndex


class Rebuild:
    """Compares the whole index with the engine, when somebody asks for it: what has ended is read again, too.

    Args:
        index: What is mended.
        count: Reads every instance that the engine has, and returns how many those are.
    """

    def __init__(self, index: InstanceIndex, count: Callable[[], Awaitable[int]]) -> None:
        self._index = index
        self._count = count
        self._asked = asyncio.Event()
        self._problem: str | None = None
        self._worker = uuid4().hex

    def ask(self) -> IndexState:
        """Begin, unless it goes on already."""
        self._asked.set()
        return self.state()

    def state(self) -> IndexState:
        """How it goes."""
        instances, rebuilding = len(self._index.table.entries), self._asked.is_set()
        return IndexState(worker=self._worker, instances=instances, rebuilding=rebuilding, problem=self._problem)

    async def run(self) -> None:
        """Wait to be asked, until cancelled."""
        log = structlog.get_logger()
        while True:
            await self._asked.wait()
            try:
                log.info("index_rebuilt", instances=await self._count())
                self._problem = None
            except UnavailableError as error:
                self._problem = error.detail
                log.warning("index_not_rebuilt", code=error.code, error=error.detail)
            except Exception as error:  # a process edge: it can be asked for again
                self._problem = str(error) or type(error).__name__
                log.exception("index_not_rebuilt")
            self._asked.clear()
