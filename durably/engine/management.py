"""What one does with an instance that is there: events, pause, resume, terminate, purge, rerun."""

import json
from typing import Any, Final
from uuid import uuid4

from google.protobuf.wrappers_pb2 import StringValue

from durably.contracts.errors import InstanceEndedError
from durably.contracts.instances import InstanceStatus
from durably.engine.connection import EngineConnection
from durably.engine.sdk import messages as pb

KEEP_INPUT: Final = object()
"""Default of `rerun`'s input: whatever the event had."""


class InstanceManager(EngineConnection):
    """Changes the course of instances."""

    async def raise_event(self, instance_id: str, name: str, payload: Any = None) -> None:
        """Give an instance an event; one that it does not wait for yet is kept until it does.

        Raises:
            InstanceNotFoundError: There is none.
            InstanceEndedError: It has ended.
            UnavailableError: The engine is away or does not answer.
        """
        await self._refuse_ended(instance_id)
        request = pb.RaiseEventRequest(instanceId=instance_id, name=name, input=_json(payload))
        await self.call("RaiseEvent", request, instance_id)

    async def pause(self, instance_id: str, *, reason: str = "") -> None:
        """Let an instance record what comes in, and do nothing about it. Errors as for `raise_event`."""
        await self._refuse_ended(instance_id)
        await self.call("SuspendInstance", pb.SuspendRequest(instanceId=instance_id, reason=_text(reason)), instance_id)

    async def resume(self, instance_id: str, *, reason: str = "") -> None:
        """Let a paused instance go on. Errors as for `raise_event`."""
        await self._refuse_ended(instance_id)
        await self.call("ResumeInstance", pb.ResumeRequest(instanceId=instance_id, reason=_text(reason)), instance_id)

    async def terminate(self, instance_id: str, *, output: Any = None, recursive: bool = True) -> None:
        """End an instance, and its children where `recursive`. Errors as for `raise_event`."""
        await self._refuse_ended(instance_id)
        request = pb.TerminateRequest(instanceId=instance_id, output=_json(output), recursive=recursive)
        await self.call("TerminateInstance", request, instance_id)

    async def purge(self, instance_id: str, *, recursive: bool = True) -> None:
        """Forget an instance that has ended or is stalled, and its children where `recursive`.

        Raises:
            InstanceNotFoundError: There is none.
            InstanceEndedError: It has not ended.
            UnavailableError: The engine is away or does not answer.
        """
        view = await self.get(instance_id, payloads=False)
        is_stalled = view.status is InstanceStatus.STALLED  # on Dapr it cannot be terminated
        if not view.status.has_ended and not is_stalled:
            raise InstanceEndedError(
                f"Instance {instance_id} is {view.status}; terminate it first.", instance_id=instance_id
            )
        request = pb.PurgeInstancesRequest(instanceId=instance_id, recursive=recursive, force=is_stalled)
        await self.call("PurgeInstances", request, instance_id)

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
        answer = await self.call("RerunWorkflowFromEvent", request, instance_id)
        new_id: str = answer.newInstanceID
        return new_id

    async def _refuse_ended(self, instance_id: str) -> None:
        view = await self.get(instance_id, payloads=False)
        if view.status.has_ended:
            raise InstanceEndedError(f"Instance {instance_id} has ended: {view.status}.", instance_id=instance_id)


def _json(payload: Any) -> StringValue | None:
    return None if payload is None else StringValue(value=json.dumps(payload))


def _text(value: str) -> StringValue | None:
    return StringValue(value=value) if value else None
