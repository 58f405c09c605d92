"""Decisions about reruns: from which event of a history an instance is run again."""

from collections.abc import Sequence
from typing import Final

from durably.contracts.instances import Failure, HistoryEvent, InstanceView

ACTIVITY: Final = "taskScheduled"
TIMER: Final = "timerCreated"
_CHILD: Final = "childWorkflowInstanceCreated"
_REPEATABLE: Final = (ACTIVITY, TIMER, _CHILD)
_FAILED: Final = {"taskFailed", "childWorkflowInstanceFailed"}
_BETWEEN_ATTEMPTS: Final = {"workflowStarted", "timerCreated", "timerFired", *_FAILED}


def find(events: Sequence[HistoryEvent], event_id: int) -> HistoryEvent | None:
    """The event of that id, if an instance can be run again from it."""
    return next((e for e in events if e.event_id == event_id and e.type in _REPEATABLE), None)


def choose(view: InstanceView, events: Sequence[HistoryEvent]) -> HistoryEvent | None:
    """From where an instance is run again if nobody says it; None if there is no such event.

    That is what failed and so ended it, from the first of its attempts on, so that it gets all of them again; or else
    the first event that can be repeated.
    """
    failed = _culprit(view.failure, events)
    if failed is not None:
        return _first_attempt(events, failed)
    return next((e for e in events if e.type in _REPEATABLE), None)


def _culprit(failure: Failure | None, events: Sequence[HistoryEvent]) -> HistoryEvent | None:
    """The activity or child whose failure the instance's own failure tells of."""
    last = next((e for e in reversed(events) if e.type in _FAILED), None)
    if failure is None or last is None or last.failure is None or last.scheduled_id is None:
        return None
    ended_it = f"#{last.scheduled_id} failed: {last.failure.message}" in failure.message
    return find(events, last.scheduled_id) if ended_it else None


def _first_attempt(events: Sequence[HistoryEvent], last: HistoryEvent) -> HistoryEvent:
    """The first attempt of a call, as long as nothing else was done between it and the last one."""
    first = last
    for event in reversed(events[: events.index(last)]):
        if event.type == last.type and (event.name, event.input) == (last.name, last.input):
            first = event
        elif event.type not in _BETWEEN_ATTEMPTS:
            break
    return first
