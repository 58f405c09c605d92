"""A new instance out of an ended one: its history up to an event, and that event to be done again.

The rules are the sidecar's: what was scheduled before the event and had not come back is done again too.
"""

from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from durably.embedded.instance import Instance
from durably.engine.sdk import messages as pb

_SCHEDULES = ("taskScheduled", "timerCreated", "childWorkflowInstanceCreated")
_RESOLVES = {
    "taskCompleted": "taskScheduledId",
    "taskFailed": "taskScheduledId",
    "timerFired": "timerId",
    "childWorkflowInstanceCompleted": "taskScheduledId",
    "childWorkflowInstanceFailed": "taskScheduledId",
}


class EventNotFoundError(Exception):
    """The instance has no event with that id that could be done again."""


def rerun(source: Instance, request: Any, now: Timestamp) -> Instance:
    """The new instance, with what is to be done in its `activities`, `timers` and last events.

    Args:
        source: The ended instance.
        request: The `RerunWorkflowFromEventRequest`.
        now: Engine time.

    Raises:
        EventNotFoundError: There is no such event, or it cannot be done again.
        ValueError: An input was given for a timer.
    """
    target = _position(source, request.eventID)
    before = [_copied(event) for event in source.history[:target]]
    resolved = {_resolved_id(event) for event in before}
    pending = [e for e in before if e.WhichOneof("eventType") in _SCHEDULES and e.eventId not in resolved]
    again = _copied(source.history[target])
    _redirect(again, source, request)
    instance = Instance(request.newInstanceID, source.name, now, now)
    for event in before:
        if event.HasField("executionStarted"):
            event.executionStarted.workflowInstance.instanceId = instance.id
        if event not in pending:
            instance.record(event)
    for event in (*pending, again):
        _rename_child(event, instance.id)
        event.timestamp.CopyFrom(now)
        instance.record(event)
    return instance


def _position(source: Instance, event_id: int) -> int:
    for position, event in enumerate(source.history):
        if event.eventId == event_id and event.WhichOneof("eventType") in _SCHEDULES:
            return position
    raise EventNotFoundError(f"does not have history event with ID '{event_id}' that can be rerun")


def _resolved_id(event: Any) -> int | None:
    kind = event.WhichOneof("eventType")
    return getattr(getattr(event, kind), _RESOLVES[kind]) if kind in _RESOLVES else None


def _redirect(event: Any, source: Instance, request: Any) -> None:
    kind = event.WhichOneof("eventType")
    body = getattr(event, kind)
    body.rerunParentInstanceInfo.instanceID = source.id
    if not request.overwriteInput:
        return
    if kind == "timerCreated":
        raise ValueError(f"cannot write input to timer event '{event.eventId}'")
    body.ClearField("input")
    if request.HasField("input"):
        body.input.CopyFrom(request.input)


def _rename_child(event: Any, instance_id: str) -> None:
    if event.HasField("childWorkflowInstanceCreated"):
        event.childWorkflowInstanceCreated.instanceId = f"{instance_id}:{event.eventId:04x}"


def _copied(event: Any) -> Any:
    copy = pb.HistoryEvent()
    copy.CopyFrom(event)
    return copy
