"""The engine's messages as our views."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from durably.contracts.depth import READABLE_DEPTH, UNREADABLE, is_deeper
from durably.contracts.instances import Failure, HistoryEvent, InstanceStatus, InstanceView
from durably.engine.sdk import messages as pb

_STATUS = {
    pb.ORCHESTRATION_STATUS_PENDING: InstanceStatus.PENDING,
    pb.ORCHESTRATION_STATUS_RUNNING: InstanceStatus.RUNNING,
    pb.ORCHESTRATION_STATUS_CONTINUED_AS_NEW: InstanceStatus.RUNNING,
    pb.ORCHESTRATION_STATUS_SUSPENDED: InstanceStatus.SUSPENDED,
    pb.ORCHESTRATION_STATUS_STALLED: InstanceStatus.STALLED,
    pb.ORCHESTRATION_STATUS_COMPLETED: InstanceStatus.COMPLETED,
    pb.ORCHESTRATION_STATUS_FAILED: InstanceStatus.FAILED,
    pb.ORCHESTRATION_STATUS_CANCELED: InstanceStatus.TERMINATED,
    pb.ORCHESTRATION_STATUS_TERMINATED: InstanceStatus.TERMINATED,
}


def status_of(number: int) -> InstanceStatus:
    """The engine's number of a state as ours."""
    return _STATUS[number]


def instance_view(state: Any) -> InstanceView:
    """A `WorkflowState` message as a view."""
    return InstanceView(
        instance_id=state.instanceId,
        workflow=state.name,
        status=_STATUS[state.workflowStatus],
        created_at=time_of(state.createdTimestamp),
        updated_at=time_of(state.lastUpdatedTimestamp),
        input=_json(state, "input"),
        output=_json(state, "output"),
        custom_status=_text(state, "customStatus"),
        failure=_failure(state),
    )


def history_events(events: Sequence[Any]) -> tuple[HistoryEvent, ...]:
    """All `HistoryEvent` messages of an instance as views; the start of a rerun says what it runs again."""
    views = [history_event(event) for event in events]
    last = next((event for event in reversed(events) if rerun_of(event)), None)  # others are of the source's own past
    if last is not None:
        origin = {"rerun_of": rerun_of(last), "rerun_from": last.eventId}
        views = [view.model_copy(update=origin) if view.type == "executionStarted" else view for view in views]
    return tuple(views)


def rerun_of(event: Any) -> str:
    """The instance that is run again from this event; empty where none is."""
    body: Any = getattr(event, event.WhichOneof("eventType") or "", None)
    info = getattr(body, "rerunParentInstanceInfo", None)
    return info.instanceID if info is not None else ""


def history_event(event: Any) -> HistoryEvent:
    """A `HistoryEvent` message as a view; a type that this version does not know keeps its name and time."""
    kind = event.WhichOneof("eventType") or "unknown"
    body: Any = getattr(event, kind, None)
    return HistoryEvent(
        event_id=event.eventId,
        timestamp=time_of(event.timestamp),
        type=kind,
        name=getattr(body, "name", None) or None,
        scheduled_id=_scheduled_id(kind, body),
        task_execution_id=getattr(body, "taskExecutionId", None) or None,
        child_id=body.instanceId if kind == "childWorkflowInstanceCreated" else None,
        waits_for=body.externalEvent.name or None if kind == "timerCreated" else None,
        retry_of=body.activityRetry.taskExecutionId or None if kind == "timerCreated" else None,
        version=body.version.name or None if kind == "workflowStarted" else None,
        input=_json(body, "input"),
        result=_json(body, "result"),
        fire_at=time_of(body.fireAt) if hasattr(body, "fireAt") else None,
        status=_STATUS[body.workflowStatus] if kind == "executionCompleted" else None,
        reason=getattr(body, "description", None) or None,
        failure=_failure(body),
    )


def _scheduled_id(kind: str, body: Any) -> int | None:
    return body.timerId if kind == "timerFired" else getattr(body, "taskScheduledId", None)


def time_of(stamp: Any) -> datetime:
    """A protobuf timestamp; years that Python cannot hold (an indefinite wait is the year 9999) stay in range."""
    try:
        return datetime.fromtimestamp(stamp.seconds + stamp.nanos / 1e9, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return datetime.max.replace(tzinfo=UTC)


def _text(message: Any, field: str) -> str | None:
    """The string in a `StringValue` field, or None where the field is absent or is not there at all."""
    if message is None or field not in message.DESCRIPTOR.fields_by_name or not message.HasField(field):
        return None
    text: str = getattr(message, field).value
    return text


def _json(message: Any, field: str) -> Any:
    """The JSON in a `StringValue` field; text that is not JSON is shown as it is, since nothing may hide a history."""
    text = _text(message, field)
    if not text:
        return None
    try:
        value = json.loads(text)
    except ValueError:
        return text
    except RecursionError:
        return UNREADABLE
    opened = text.count("[") + text.count("{")  # told at once of nearly every payload
    return UNREADABLE if opened > READABLE_DEPTH and is_deeper(value, READABLE_DEPTH) else value


def _failure(message: Any) -> Failure | None:
    if message is None or "failureDetails" not in message.DESCRIPTOR.fields_by_name:
        return None
    if not message.HasField("failureDetails"):
        return None
    return failure_of(message.failureDetails)


def failure_of(details: Any) -> Failure:
    """A `TaskFailureDetails` message as a view."""
    return Failure(type=details.errorType, message=details.errorMessage, stack=details.stackTrace.value or None)
