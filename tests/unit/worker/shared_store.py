"""Workers' indexes over one state store, that of an embedded engine in this process."""

import asyncio
from collections.abc import Callable, Iterable
from contextlib import AsyncExitStack, suppress
from datetime import UTC, datetime
from typing import Protocol, Self

from durably.authoring.ports import StateStoreError
from durably.contracts.errors import UnavailableError
from tests.harness.waiting import until
from worker.adapters.documents import Documents
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar
from worker.index.index import InstanceIndex

STORE = "statestore"


class Join(Protocol):
    """Makes the index of one more worker, and returns once it has read all the others' logs."""

    async def __call__(
        self, *, clock: Callable[[], datetime] = ..., documents: Documents | None = None
    ) -> InstanceIndex:
        """The index."""


class Failing(Documents):
    """The store, until it is told to fail from the n-th write or deletion on: as if the worker were killed there."""

    def __init__(self, sidecar: Sidecar) -> None:
        super().__init__(sidecar, store=STORE)
        self.left: int | None = None

    async def write(self, key: str, value: bytes) -> None:
        """Write, or fail."""
        self._spend()
        await super().write(key, value)

    async def delete(self, keys: Iterable[str]) -> None:
        """Delete, or fail."""
        keys = list(keys)
        if keys:
            self._spend()
        await super().delete(keys)

    def _spend(self) -> None:
        if self.left is not None:
            if not self.left:
                raise StateStoreError("dead")
            self.left -= 1


class Workers:
    """Indexes that come and go on one store, as a context manager.

    Args:
        port: The engine's gRPC port.
    """

    def __init__(self, port: int) -> None:
        self.sidecar = Sidecar(host="127.0.0.1", port=port, timeout_s=5)
        self._exit = AsyncExitStack()
        self._running: dict[InstanceIndex, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        self._exit.push_async_callback(self.sidecar.aclose)
        return self

    async def __aexit__(self, *_: object) -> None:
        for index in list(self._running):
            await self.kill(index)
        await self._exit.aclose()

    async def join(
        self, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC), documents: Documents | None = None
    ) -> InstanceIndex:
        """See `Join`."""
        records = Records(self.sidecar, store=STORE)
        index = InstanceIndex(
            documents or Documents(self.sidecar, store=STORE), records, flush_s=0.001, beat_s=0.2, clock=clock
        )
        self._running[index] = asyncio.create_task(index.exchange.run())
        await until(index.refresh, what="the index has been read", retry_on=(UnavailableError,), holds=lambda _: True)
        return index

    async def kill(self, index: InstanceIndex) -> None:
        """End it without a word."""
        task = self._running.pop(index)
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task

    async def stop(self, index: InstanceIndex) -> None:
        """End it as a worker does that is told to."""
        await self.kill(index)
        await index.exchange.aclose()
