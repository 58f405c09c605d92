"""The connection to the workflow engine: every call has a deadline, and every failure is one of our errors."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, Final

import grpc
from google.protobuf.empty_pb2 import Empty

from durably.contracts.errors import EngineTimeoutError, EngineUnavailableError, InstanceNotFoundError
from durably.contracts.instances import InstanceView
from durably.engine.failures import translated
from durably.engine.history import instance_view
from durably.engine.sdk import messages as pb
from durably.engine.sdk import services

CHANNEL_OPTIONS: Final = [
    ("grpc.max_receive_message_length", -1),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 1_000),
]
"""A sidecar that restarts is found again within a second; messages are bounded by the sidecar."""

_READS: Final = {"GetInstance", "GetInstanceHistory", "ListInstanceIDs", "WaitForInstanceCompletion"}
_HALF_WRITTEN: Final = "missing from state store"
"""What daprd 1.18 says of an instance whose metadata it read before, and whose inbox after, another write."""
_MOVING: Final = (
    "operations on actor reminders are only possible on hosted actor types",
    "failed to create actor: actor type",
)
"""What daprd 1.18 says of a start that met an actor on its way to another sidecar. Nothing was written by then."""

_LOSABLE: Final = {"GetInstance", "GetInstanceHistory"}
"""Reads that are answered at once or, where the actor's sidecar is dying, never: those are asked again."""

TRIES: Final = 3
"""In so many parts a deadline is divided for what is asked again."""

_AGAIN_S: Final = 0.05

_BEGIN_S: Final = 1.0
"""How long a read waits for the first turn of an instance that was just started."""


class EngineConnection:
    """Speaks to the sidecar's `TaskHubSidecarService` through the SDK's own stub and messages.

    The SDK's client class has no deadlines and sends a falsy event payload as none.

    Args:
        host: Where the sidecar listens.
        port: Its gRPC port.
        call_timeout_s: Seconds after which a call that the engine does not answer is given up.
        token: The sidecar's API token, if it asks for one.
        interceptors: What sees each call, such as `durably.engine.tracing.TraceParent`.
    """

    def __init__(
        self,
        *,
        host: str,
        port: int,
        call_timeout_s: float = 3.0,
        token: str | None = None,
        interceptors: Sequence[Any] = (),
    ) -> None:
        self._channel = grpc.aio.insecure_channel(f"{host}:{port}", options=CHANNEL_OPTIONS, interceptors=interceptors)
        self._stub = services.TaskHubSidecarServiceStub(self._channel)
        self._timeout_s = call_timeout_s
        self._metadata = (("dapr-api-token", token),) if token else ()

    async def aclose(self) -> None:
        """Close the connection."""
        await self._channel.close()

    async def ping(self) -> None:
        """One bounded round trip to the engine.

        Raises:
            UnavailableError: The engine is away or does not answer.
        """
        await self.call("Hello", Empty())

    async def get(self, instance_id: str, *, payloads: bool = True) -> InstanceView:
        """The instance as it is now.

        Args:
            instance_id: Its id.
            payloads: Whether input, output, custom status and failure are wanted.

        Raises:
            InstanceNotFoundError: There is none.
            UnavailableError: The engine is away or does not answer.
        """
        request = pb.GetInstanceRequest(instanceId=instance_id, getInputsAndOutputs=payloads)
        view = view_of(await self.call("GetInstance", request, instance_id), instance_id)
        return view if view.workflow else await self._begun(view, request)

    async def _begun(self, view: InstanceView, request: Any) -> InstanceView:
        """Dapr knows nothing but the id of an instance whose first turn has not run, so wait a moment for that."""
        with suppress(EngineTimeoutError):
            answer = await self.call("WaitForInstanceStart", request, view.instance_id, timeout_s=_BEGIN_S)
            return view_of(answer, view.instance_id)
        return view

    async def name_of(self, instance_id: str) -> str:
        """The name of the workflow that an instance runs. Errors as for `get`."""
        return (await self.get(instance_id, payloads=False)).workflow

    async def call(
        self, method: str, request: Any, instance_id: str | None = None, *, timeout_s: float | None = None
    ) -> Any:
        """One call of the service, within its deadline.

        Raises:
            DurablyError: What went wrong, see `durably.engine.failures`.
        """
        deadline_s = timeout_s or self._timeout_s
        try:
            async with asyncio.timeout(deadline_s):
                return await self._settled(method, request, deadline_s)
        except grpc.aio.AioRpcError as error:
            raise translated(error, instance_id) from error
        except TimeoutError as error:
            if self._channel.get_state() is not grpc.ChannelConnectivity.READY:
                raise EngineUnavailableError("The workflow engine is not reachable; try again.") from error
            raise EngineTimeoutError("The workflow engine took the call and did not answer in time.") from error

    async def _settled(self, method: str, request: Any, deadline_s: float) -> Any:
        """The call's answer; what daprd refused for a moment only is asked again."""
        call = getattr(self._stub, method)
        patience_s = deadline_s / TRIES if method in _LOSABLE else None
        while True:
            try:
                # Waits out a restart of the engine, within our deadline. The engine is given a later one: at its own,
                # daprd resets the stream, which looks like a loss.
                async with asyncio.timeout(patience_s):
                    return await call(
                        request, timeout=deadline_s + 1, metadata=self._metadata, wait_for_ready=method != "Hello"
                    )
            except TimeoutError:
                continue  # the caller's own deadline ends this
            except grpc.aio.AioRpcError as error:
                if not _for_a_moment(method, error.details() or ""):
                    raise
                await asyncio.sleep(_AGAIN_S)


def _for_a_moment(method: str, reason: str) -> bool:
    """Whether the same call may succeed at once: a read between two writes of one instance, a start amid a move."""
    return (method in _READS and _HALF_WRITTEN in reason) or (
        method == "StartInstance" and any(words in reason for words in _MOVING)
    )


def view_of(answer: Any, instance_id: str) -> InstanceView:
    """The view in a `GetInstanceResponse`, or an `InstanceNotFoundError`."""
    if not answer.exists:
        raise InstanceNotFoundError(f"There is no instance {instance_id}.", instance_id=instance_id)
    return instance_view(answer.workflowState)
