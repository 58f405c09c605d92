"""A new instance out of an ended one: its history up to an event, and that event to be done again.

The rules are the sidecar's: what was scheduled before the event and had not come back is done again too.
"""

from copy import deepcopy
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from durably.embedded.instance import Instance, resolved_id

_SCHEDULES = ("taskScheduled", "timerCreated", "childWorkflowInstanceCreated")


def rerun(source: Instance, request: Any, now: Timestamp) -> Instance:
    """The new instance, with what is to be done in its `activities`, `timers` and last events.

    Args:
        source: The ended instance.
        request: The `RerunWorkflowFromEventRequest`.
        now: Engine time.

    Raises:
        LookupError: There is no such event, or it cannot be done again.
        ValueError: An input was given for a timer.
    """
    target = _position(source, request.eventID)
    before = [deepcopy(event) for event in source.history[:target]]
    answered = {resolved_id(event) for event in before}
    again = [e for e in before if e.WhichOneof("eventType") in _SCHEDULES and e.eventId not in answered]
    kept = [event for event in before if event not in again]
    again.append(_redirected(deepcopy(source.history[target]), source, request))
    instance = Instance(request.newInstanceID, source.name, now, now, now.ToNanoseconds())
    for event in kept:
        if event.HasField("executionStarted"):
            event.executionStarted.workflowInstance.instanceId = instance.id
        instance.record(event)
    for event in again:
        if event.HasField("childWorkflowInstanceCreated"):
            event.childWorkflowInstanceCreated.instanceId = f"{instance.id}:{event.eventId:04x}"
        event.timestamp.CopyFrom(now)
        instance.record(event)
    return instance


def _position(source: Instance, event_id: int) -> int:
    for position, event in enumerate(source.history):
        if event.eventId == event_id and event.WhichOneof("eventType") in _SCHEDULES:
            return position
    raise LookupError(f"does not have history event with ID '{event_id}' that can be rerun")


def _redirected(event: Any, source: Instance, request: Any) -> Any:
    body = getattr(event, event.WhichOneof("eventType"))
    body.rerunParentInstanceInfo.instanceID = source.id
    if request.overwriteInput:
        if event.HasField("timerCreated"):
            raise ValueError(f"cannot write input to timer event '{event.eventId}'")
        body.input.CopyFrom(request.input)
        if not request.HasField("input"):
            body.ClearField("input")
    return event
