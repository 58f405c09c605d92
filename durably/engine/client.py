"""The one client of the workflow engine: every call has a deadline, and every failure is one of our errors."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

import grpc
from google.protobuf.empty_pb2 import Empty
from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import StringValue

from durably.contracts.errors import (
    DurablyError,
    EngineTimeoutError,
    EngineUnavailableError,
    InstanceEndedError,
    InstanceExistsError,
    InstanceNotFoundError,
)
from durably.contracts.instances import History, InstanceView
from durably.engine.history import history_event, instance_view
from durably.engine.sdk import messages as pb
from durably.engine.sdk import services

KEEP_INPUT: Final = object()
"""Default of `rerun`'s input: whatever the event had."""

_CHANNEL_OPTIONS: Final = [
    ("grpc.max_receive_message_length", -1),
    ("grpc.initial_reconnect_backoff_ms", 200),
    ("grpc.min_reconnect_backoff_ms", 200),
    ("grpc.max_reconnect_backoff_ms", 1_000),
]
"""A sidecar that restarts is found again within a second; messages are bounded by the sidecar."""


class EngineClient:
    """Starts, reads and manages instances.

    It speaks to the sidecar's `TaskHubSidecarService` through the SDK's own stub and messages; the SDK's client class
    has no deadlines and sends a falsy event payload as none.

    Args:
        host: Where the sidecar listens.
        port: Its gRPC port.
        call_timeout_s: Seconds after which a call that the engine does not answer is given up.
        token: The sidecar's API token, if it asks for one.
    """

    def __init__(self, *, host: str, port: int, call_timeout_s: float = 3.0, token: str | None = None) -> None:
        self._channel = grpc.aio.insecure_channel(f"{host}:{port}", options=_CHANNEL_OPTIONS)
        self._stub = services.TaskHubSidecarServiceStub(self._channel)
        self._timeout_s = call_timeout_s
        self._metadata = (("dapr-api-token", token),) if token else ()
        self._starting: dict[str, asyncio.Lock] = {}

    async def aclose(self) -> None:
        """Close the connection."""
        await self._channel.close()

    async def ping(self) -> None:
        """One bounded round trip to the engine.

        Raises:
            UnavailableError: The engine is away or does not answer.
        """
        await self._call("Hello", Empty())

    async def start(self, workflow: str, *, instance_id: str, payload: Any) -> None:
        """Start an instance, once: the same id with the same input is the same instance, whether it runs or has ended.

        Args:
            workflow: A registered name.
            instance_id: Its id.
            payload: The input, as JSON values.

        Raises:
            InstanceExistsError: The id is taken by another workflow or another input.
            UnavailableError: The engine is away or does not answer.
        """
        async with self._one_at_a_time(instance_id):
            if await self._is_there_already(workflow, instance_id, payload):
                return
            request = pb.CreateInstanceRequest(
                name=workflow,
                instanceId=instance_id,
                input=StringValue(value=json.dumps(payload)),
                # Without a start time the engine answers only when a worker has run the first turn.
                scheduledStartTimestamp=_now(),
            )
            try:
                await self._call("StartInstance", request, instance_id)
            except InstanceExistsError:
                await self._is_there_already(workflow, instance_id, payload)

    async def _is_there_already(self, workflow: str, instance_id: str, payload: Any) -> bool:
        try:
            there = await self.get(instance_id)
        except InstanceNotFoundError:
            return False
        if there.workflow != workflow or there.input != payload:
            raise InstanceExistsError(
                f"Instance {instance_id} exists with another input; choose another id, or look at that instance.",
                instance_id=instance_id,
            )
        return True

    @asynccontextmanager
    async def _one_at_a_time(self, instance_id: str) -> AsyncIterator[None]:
        """A finished id is recreated silently by the engine, so looking and starting must not interleave."""
        lock = self._starting.setdefault(instance_id, asyncio.Lock())
        try:
            async with lock:
                yield
        finally:
            if not lock.locked():
                self._starting.pop(instance_id, None)

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
        return _view(await self._call("GetInstance", request, instance_id), instance_id)

    async def wait(self, instance_id: str, *, timeout_s: float) -> InstanceView:
        """The instance once it has ended, or as it is when the wait is over.

        Args:
            instance_id: Its id.
            timeout_s: Seconds to wait; the engine waits, nothing is polled.

        Raises:
            InstanceNotFoundError: There is none.
            UnavailableError: The engine is away or does not answer.
        """
        view = await self.get(instance_id)
        if view.status.has_ended or timeout_s <= 0:
            return view
        request = pb.GetInstanceRequest(instanceId=instance_id, getInputsAndOutputs=True)
        try:
            answer = await self._call("WaitForInstanceCompletion", request, instance_id, timeout_s=timeout_s)
        except EngineTimeoutError:
            return await self.get(instance_id)
        return _view(answer, instance_id)

    async def history(self, instance_id: str) -> History:
        """Everything that was recorded for an instance, oldest first.

        Raises:
            InstanceNotFoundError: There is none.
            UnavailableError: The engine is away or does not answer.
        """
        answer = await self._call(
            "GetInstanceHistory", pb.GetInstanceHistoryRequest(instanceId=instance_id), instance_id
        )
        return History(instance_id=instance_id, events=tuple(history_event(event) for event in answer.events))

    async def raise_event(self, instance_id: str, name: str, payload: Any = None) -> None:
        """Give an instance an event; one that it does not wait for yet is kept until it does.

        Raises:
            InstanceNotFoundError: There is none.
            InstanceEndedError: It has ended.
            UnavailableError: The engine is away or does not answer.
        """
        await self._refuse_ended(instance_id)
        request = pb.RaiseEventRequest(instanceId=instance_id, name=name, input=_json(payload))
        await self._call("RaiseEvent", request, instance_id)

    async def pause(self, instance_id: str, *, reason: str = "") -> None:
        """Let an instance record what comes in, and do nothing about it. Errors as for `raise_event`."""
        await self._refuse_ended(instance_id)
        await self._call(
            "SuspendInstance", pb.SuspendRequest(instanceId=instance_id, reason=_text(reason)), instance_id
        )

    async def resume(self, instance_id: str, *, reason: str = "") -> None:
        """Let a paused instance go on. Errors as for `raise_event`."""
        await self._refuse_ended(instance_id)
        await self._call("ResumeInstance", pb.ResumeRequest(instanceId=instance_id, reason=_text(reason)), instance_id)

    async def terminate(self, instance_id: str, *, output: Any = None, recursive: bool = True) -> None:
        """End an instance, and its children where `recursive`. Errors as for `raise_event`."""
        await self._refuse_ended(instance_id)
        request = pb.TerminateRequest(instanceId=instance_id, output=_json(output), recursive=recursive)
        await self._call("TerminateInstance", request, instance_id)

    async def purge(self, instance_id: str, *, recursive: bool = True) -> None:
        """Forget an instance that has ended, and its children where `recursive`.

        Raises:
            InstanceNotFoundError: There is none.
            InstanceEndedError: It has not ended.
            UnavailableError: The engine is away or does not answer.
        """
        view = await self.get(instance_id, payloads=False)
        if not view.status.has_ended:
            raise InstanceEndedError(
                f"Instance {instance_id} is {view.status}; terminate it first.", instance_id=instance_id
            )
        await self._call(
            "PurgeInstances", pb.PurgeInstancesRequest(instanceId=instance_id, recursive=recursive), instance_id
        )

    async def rerun(
        self, instance_id: str, *, from_event: int, new_instance_id: str | None = None, payload: Any = KEEP_INPUT
    ) -> str:
        """Start a new instance that shares the history of an ended one up to an event, and goes on from there.

        Args:
            instance_id: The ended instance.
            from_event: The event id of a scheduled activity, a created timer or a created child.
            new_instance_id: The id of the new one; made up where None.
            payload: The event's new input; the old one is kept where it is not given.

        Returns:
            The id of the new instance.

        Raises:
            InstanceNotFoundError: There is no such instance, or no such event in it.
            InstanceEndedError: It has not ended.
            InstanceExistsError: The new id is taken.
            UnavailableError: The engine is away or does not answer.
        """
        request = pb.RerunWorkflowFromEventRequest(
            sourceInstanceID=instance_id,
            eventID=from_event,
            newInstanceID=new_instance_id or uuid4().hex,
            input=None if payload is KEEP_INPUT else _json(payload),
            overwriteInput=payload is not KEEP_INPUT,
        )
        answer = await self._call("RerunWorkflowFromEvent", request, instance_id)
        new_id: str = answer.newInstanceID
        return new_id

    async def list_ids(
        self, *, page_size: int = 1_000, cursor: str | None = None
    ) -> tuple[tuple[str, ...], str | None]:
        """One page of instance ids, in the order of the engine, and the cursor of the next page if there is one.

        Raises:
            UnavailableError: The engine is away or does not answer.
        """
        request = pb.ListInstanceIDsRequest(pageSize=page_size, continuationToken=cursor)
        answer = await self._call("ListInstanceIDs", request)
        return tuple(answer.instanceIds), answer.continuationToken or None

    async def _refuse_ended(self, instance_id: str) -> None:
        view = await self.get(instance_id, payloads=False)
        if view.status.has_ended:
            raise InstanceEndedError(f"Instance {instance_id} has ended: {view.status}.", instance_id=instance_id)

    async def _call(
        self, method: str, request: Any, instance_id: str | None = None, *, timeout_s: float | None = None
    ) -> Any:
        call, deadline_s = getattr(self._stub, method), timeout_s or self._timeout_s
        try:
            # The engine gets a later deadline than ours: at its own, daprd resets the stream, which looks like a loss.
            async with asyncio.timeout(deadline_s):
                return await call(request, timeout=deadline_s + 1, metadata=self._metadata)
        except grpc.aio.AioRpcError as error:
            raise _translated(error, instance_id) from error
        except TimeoutError as error:
            raise EngineTimeoutError("The workflow engine took the call and did not answer in time.") from error


def _translated(error: Any, instance_id: str | None) -> DurablyError:
    """The engine's failure as one of ours; Dapr gives most of its reasons in the text only."""
    code, text = error.code(), error.details() or ""
    if code is grpc.StatusCode.NOT_FOUND or "no such instance exists" in text:
        return InstanceNotFoundError(text or f"There is no instance {instance_id}.", instance_id=instance_id)
    if code is grpc.StatusCode.ALREADY_EXISTS or "already exists" in text:
        return InstanceExistsError(text, instance_id=instance_id)
    if code is grpc.StatusCode.INVALID_ARGUMENT or "stalled" in text:
        return InstanceEndedError(text, instance_id=instance_id)
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return EngineTimeoutError("The workflow engine took the call and did not answer in time; try again.")
    if code in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.CANCELLED}:
        return EngineUnavailableError(f"The workflow engine is not reachable: {text}")
    return EngineUnavailableError(f"The workflow engine refused the call ({code.name}): {text}")


def _view(answer: Any, instance_id: str) -> InstanceView:
    if not answer.exists:
        raise InstanceNotFoundError(f"There is no instance {instance_id}.", instance_id=instance_id)
    return instance_view(answer.workflowState)


def _json(payload: Any) -> StringValue | None:
    return None if payload is None else StringValue(value=json.dumps(payload))


def _text(value: str) -> StringValue | None:
    return StringValue(value=value) if value else None


def _now() -> Timestamp:
    stamp = Timestamp()
    stamp.FromDatetime(datetime.now(UTC))
    return stamp
