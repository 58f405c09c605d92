"""What a verdict rests on, quoted."""

from typing import Final

from durably.contracts.diagnosis import Evidence
from durably.contracts.instances import Attempt, HistoryEvent
from durably.contracts.workers import Heartbeat

_MUCH: Final = 300

_SAYS: Final = {
    "taskScheduled": "{name} was scheduled",
    "taskCompleted": "{name} completed",
    "taskFailed": "{name} failed: {why}",
    "timerCreated": "a timer was set",
    "timerFired": "a timer fired",
    "eventRaised": "the event {name} came",
    "childWorkflowInstanceCreated": "the child {child} was created",
    "childWorkflowInstanceCompleted": "the child {name} completed",
    "childWorkflowInstanceFailed": "the child {name} failed: {why}",
    "executionStarted": "{name} was asked for",
    "executionSuspended": "paused by {input}",
    "executionResumed": "resumed by {input}",
    "executionStalled": "the engine stalled it: {reason}",
    "executionTerminated": "terminated by {input}",
    "executionCompleted": "it ended",
    "workflowStarted": "a turn began",
    "workflowCompleted": "a turn ended",
}


def quoted(event: HistoryEvent, text: str | None = None, *, name: str | None = None) -> Evidence:
    """An event of the history.

    Args:
        event: The event.
        text: What it says, where that is not plain from its type.
        name: What it is about, where another event says that.
    """
    return Evidence(
        text=text or _said(event, name or event.name or "something"),
        at=event.timestamp,
        source="history",
        event_id=event.event_id,
        event_type=event.type,
    )


def _said(event: HistoryEvent, name: str) -> str:
    pattern = _SAYS.get(event.type, event.type)
    why = f"{event.failure.type}: {event.failure.message}" if event.failure else "no reason is recorded"
    text = pattern.format(
        name=name,
        why=why,
        child=event.child_id,
        input=event.input if event.input is not None else event.reason or "somebody",
        reason=event.reason or "it gives no reason",
    )
    return text[:_MUCH]


def noted(attempt: Attempt, text: str) -> Evidence:
    """An execution, as its worker noted it."""
    return Evidence(text=text, at=attempt.started_at, source="journal")


def heard(worker: Heartbeat, text: str) -> Evidence:
    """What a worker said of itself."""
    return Evidence(text=text, at=worker.beat_at, source="heartbeat")
