"""The real state of the work stream, watched from inside the SDK's own calls.

The SDK's `is_worker_ready()` says that a stream was opened, not that anything comes through it, and its reconnect
backs off to 15 s. Two gRPC interceptors, the SDK's public door, mend both: one sees the stream begin and end, the
other holds the reconnecting `Hello` back until the sidecar listens again, so that the first try succeeds.
"""

import asyncio
import socket
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import grpc

from durably.contracts.instances import Failure
from durably.engine.history import failure_of

_REFUSALS = frozenset({"OrchestratorNotRegisteredError", "NonDeterminismError", "WorkflowStateError"})
"""What the SDK fails an instance with instead of running its code to an end. It tells nobody but the engine."""

_POLL_S = 0.2
"""How often a lost sidecar is knocked at; a connect on loopback costs microseconds."""


class WorkStream:
    """Whether the stream of work items is open, and which results are on their way.

    Args:
        host: Where the sidecar listens.
        port: Its gRPC port.
        on_change: Told of every opening and loss, from an SDK thread.
    """

    def __init__(self, *, host: str, port: int, on_change: Callable[[bool], None]) -> None:
        self._address = (host, port)
        self._on_change = on_change
        self._stopping = threading.Event()
        self._lock = threading.Lock()
        self._current: Any = None
        self._sdk_loop: asyncio.AbstractEventLoop | None = None
        self.opened_at: float | None = None
        """Monotonic seconds when the open stream was opened; None while there is none."""

    @property
    def connected(self) -> bool:
        """Whether a stream is open."""
        return self.opened_at is not None

    def interceptors(
        self, *, on_result_sent: Callable[[str, int], None], on_refusal: Callable[[str, Failure], None]
    ) -> list[Any]:
        """What the SDK's runtime is to be made with.

        Args:
            on_result_sent: Told of each activity result that left, by instance and task id, whether it arrived or not.
            on_refusal: Told of each instance that the SDK ended without its code having come to an end.
        """
        return [_WatchStream(self), _WatchCalls(self, on_result_sent, on_refusal)]

    def opened(self, call: Any) -> None:
        """A stream was opened; it replaces any before it."""
        with self._lock:
            self._current = call
            self.opened_at = time.monotonic()
        self._on_change(True)  # noqa: FBT003 - a callback takes positional arguments
        if not call.add_callback(lambda: self._ended(call)):
            self._ended(call)

    def _ended(self, call: Any) -> None:
        with self._lock:
            if self._current is not call:
                return
            self._current = None
            self.opened_at = None
        self._on_change(False)  # noqa: FBT003 - as above

    def await_listener(self) -> None:
        """Return as soon as the sidecar's port accepts connections, or the host is stopping."""
        with suppress(RuntimeError):  # the SDK's keepalive comes from a thread without a loop
            self._sdk_loop = asyncio.get_running_loop()
        while not self._stopping.is_set():
            try:
                with socket.create_connection(self._address, timeout=1):
                    return
            except OSError:
                self._stopping.wait(_POLL_S)

    def stop(self) -> None:
        """Let nothing wait for the sidecar any more."""
        self._stopping.set()

    def close_loop(self) -> None:
        """End what still waits on the event loop that the SDK leaves open when its thread has ended, and close it."""
        loop = self._sdk_loop
        if loop is None or loop.is_running() or loop.is_closed():
            return
        left = asyncio.all_tasks(loop)
        for task in left:
            task.cancel()
        if left:
            loop.run_until_complete(asyncio.gather(*left, return_exceptions=True))
        loop.close()


class _WatchStream(grpc.UnaryStreamClientInterceptor):  # type: ignore[misc] # grpc has no types
    def __init__(self, stream: WorkStream) -> None:
        self._stream = stream

    def intercept_unary_stream(self, continuation: Any, details: Any, request: Any) -> Any:
        call = continuation(details, request)
        self._stream.opened(call)
        return call


class _WatchCalls(grpc.UnaryUnaryClientInterceptor):  # type: ignore[misc] # grpc has no types
    def __init__(
        self,
        stream: WorkStream,
        on_result_sent: Callable[[str, int], None],
        on_refusal: Callable[[str, Failure], None],
    ) -> None:
        self._stream = stream
        self._on_result_sent = on_result_sent
        self._on_refusal = on_refusal

    def intercept_unary_unary(self, continuation: Any, details: Any, request: Any) -> Any:
        if details.method.endswith("/Hello"):
            self._stream.await_listener()
            return continuation(details, request)
        call = continuation(details, request)
        if details.method.endswith("/CompleteActivityTask"):
            self._on_result_sent(request.instanceId, request.taskId)
        elif details.method.endswith("/CompleteOrchestratorTask"):
            self._tell_of_refusal(request)
        return call

    def _tell_of_refusal(self, turn: Any) -> None:
        for action in turn.actions:
            if action.HasField("completeWorkflow"):
                details = action.completeWorkflow.failureDetails
                if details.errorType in _REFUSALS:
                    self._on_refusal(turn.instanceId, failure_of(details))
