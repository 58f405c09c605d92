"""The stream of work items, and the way of results back, on the application's own event loop.

The SDK's dispatcher has threads of its own, and a work item crosses four of them until its result has left, which costs
more than the work. It backs off to 15 s from a sidecar that is away, and its `is_worker_ready()` says that a stream was
opened, not that anything comes through it.
"""

import asyncio
import logging
import time
from collections.abc import Callable
from typing import Any, Final

import grpc
from google.protobuf.empty_pb2 import Empty

from durably.engine.sdk import messages as pb
from durably.engine.sdk import services, shared

_OPTIONS: Final = [
    *shared.DEFAULT_GRPC_KEEPALIVE_OPTIONS,
    ("grpc.max_receive_message_length", -1),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 200),
]
"""A lost sidecar is knocked at five times a second: a connect on loopback costs microseconds. Work items are bounded
by the sidecar."""

_WANTED: Final = pb.GetWorkItemsRequest(
    capabilities=[pb.WORKER_CAPABILITY_HEALTH_PING, pb.WORKER_CAPABILITY_STATEFUL_HISTORY]
)
_ANSWER_S: Final = 30.0
"""How long the sidecar may take for a call; the return of one that is away is part of it."""

_AGAIN_S: Final = 0.2
"""Pause after a loss, so that a sidecar that is on its way out is not asked in a tight loop."""

_log = logging.getLogger(__name__)


class WorkStream:
    """The worker's connection to the engine.

    Args:
        host: Where the sidecar listens.
        port: Its gRPC port.
        token: The sidecar's API token, if it asks for one.
        on_change: Told of every opening and loss.
    """

    def __init__(self, *, host: str, port: int, token: str | None, on_change: Callable[[bool], None]) -> None:
        self._channel = grpc.aio.insecure_channel(f"{host}:{port}", options=_OPTIONS)
        self._stub = services.TaskHubSidecarServiceStub(self._channel)
        self._metadata = (("dapr-api-token", token),) if token else ()
        self._on_change = on_change
        self._open: Any = None
        self.opened_at: float | None = None
        """Monotonic seconds when the open stream was opened; None while there is none."""

    @property
    def connected(self) -> bool:
        """Whether a stream is open."""
        return self.opened_at is not None

    async def run(self, *, on_open: Callable[[], None], on_item: Callable[[Any], None]) -> None:
        """Keep a stream open until cancelled.

        Args:
            on_open: Told of each stream, before its first item.
            on_item: Given each work item.
        """
        while True:
            try:
                await self.call("Hello", Empty())
                on_open()
                await self._read(on_item)
            except grpc.aio.AioRpcError as error:
                _log.info("no work stream: %s", error.details())
            except Exception:  # noqa: BLE001 - a process edge: without a stream this worker is worth nothing
                _log.exception("the work stream failed")
            await asyncio.sleep(_AGAIN_S)

    async def _read(self, on_item: Callable[[Any], None]) -> None:
        self._open = stream = self._stub.GetWorkItems(_WANTED, metadata=self._metadata)
        self.opened_at = time.monotonic()
        self._on_change(True)  # noqa: FBT003 - a callback takes positional arguments
        try:
            async for item in stream:
                on_item(item)
        except asyncio.CancelledError:
            task = asyncio.current_task()
            if task is None or task.cancelling():  # and not only the stream
                raise
        finally:
            stream.cancel()
            self.opened_at = None
            self._on_change(False)  # noqa: FBT003 - as above

    def renew(self) -> None:
        """Give the stream up for another one, on which the engine hands out again what it waited for on this one."""
        self._open.cancel()

    async def call(self, method: str, request: Any) -> Any:
        """One call of the engine, whose return is waited for where it is away.

        Raises:
            AioRpcError: It refuses, or does not answer in time.
        """
        call = getattr(self._stub, method)
        return await call(request, timeout=_ANSWER_S, metadata=self._metadata, wait_for_ready=True)

    async def aclose(self) -> None:
        """Close the connection."""
        await self._channel.close()
