"""What code asks for in a turn, and what a history records as asked for, in one form."""

import json
from typing import Any, Final

from durably.contracts.instances import InstanceStatus
from durably.contracts.replays import Action, ActionKind, Place
from durably.engine.history import failure_of, status_of, time_of
from durably.engine.sdk import helpers

_RETRIES: Final = frozenset({"activityRetry", "childWorkflowRetry"})
_RECORDS: Final = frozenset({"taskScheduled", "timerCreated", "childWorkflowInstanceCreated", "executionCompleted"})


def records_asked(event: Any) -> bool:
    """Whether a history event records what code asked for."""
    return event.WhichOneof("eventType") in _RECORDS


def asked_by(action: Any, place: Place | None = None) -> Action | None:
    """An SDK's action, and where the code asks for it; None for one that says that the code cannot run."""
    match action.WhichOneof("workflowActionType"):
        case "scheduleTask":
            return _called(ActionKind.ACTIVITY, action.id, action.scheduleTask, place)
        case "createChildWorkflow":
            return _called(ActionKind.CHILD, action.id, action.createChildWorkflow, place)
        case "createTimer":
            return _timer(action.id, action.createTimer, place)
        case "completeWorkflow":
            return _end(action.id, action.completeWorkflow, place)
    return None


def recorded_by(event: Any) -> Action:
    """What a history event for which `records_asked` holds records."""
    match event.WhichOneof("eventType"):
        case "taskScheduled":
            return _called(ActionKind.ACTIVITY, event.eventId, event.taskScheduled, None)
        case "childWorkflowInstanceCreated":
            return _called(ActionKind.CHILD, event.eventId, event.childWorkflowInstanceCreated, None)
        case "timerCreated":
            return _timer(event.eventId, event.timerCreated, None)
    return _end(event.eventId, event.executionCompleted, None)


def is_indefinite(action: Any) -> bool:
    """Whether an action is the timer of a wait without a deadline, which SDKs before 1.19 did not ask for."""
    return bool(helpers.is_optional_timer_action(action))


def _called(kind: ActionKind, number: int, body: Any, place: Place | None) -> Action:
    return Action(kind=kind, id=number, name=body.name, input=_value(body, "input"), place=place)


def _timer(number: int, body: Any, place: Place | None) -> Action:
    origin = body.WhichOneof("origin")
    kind = ActionKind.RETRY if origin in _RETRIES else ActionKind.TIMER
    name, fire_at = None, time_of(body.fireAt)
    if origin == "externalEvent":
        kind, name = ActionKind.EVENT, body.externalEvent.name
    never = body.fireAt.seconds >= helpers.OPTIONAL_TIMER_FIRE_AT.seconds
    return Action(kind=kind, id=number, name=name, fire_at=None if never else fire_at, place=place)


def _end(number: int, body: Any, place: Place | None) -> Action:
    failure = failure_of(body.failureDetails) if body.HasField("failureDetails") else None
    status: InstanceStatus = status_of(body.workflowStatus)
    return Action(
        kind=ActionKind.END,
        id=number,
        status=status,
        input=_value(body, "result"),
        failure=failure.model_copy(update={"stack": None}) if failure else None,
        place=place,
    )


def _value(body: Any, field: str) -> Any:
    """A payload; text that is not JSON as it is."""
    if not body.HasField(field):
        return None
    text = getattr(body, field).value
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        return text
