"""Decisions about reruns: from which event of a history an instance is run again."""

from collections.abc import Sequence
from typing import Any, Final

from durably.contracts.instances import Failure, HistoryEvent, InstanceView

ACTIVITY: Final = "taskScheduled"
TIMER: Final = "timerCreated"
_CHILD: Final = "childWorkflowInstanceCreated"
_REPEATABLE: Final = (ACTIVITY, TIMER, _CHILD)
_NAMED: Final = 5
"""So many of the steps that are done again are named."""
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


def is_rerun(events: Sequence[HistoryEvent], *, of: str, begin: HistoryEvent, given: Any) -> bool:
    """Whether a history is that of a rerun of an instance from one of its events.

    Args:
        events: The history.
        of: The instance that is run again.
        begin: The event there.
        given: The input that the event has now.
    """
    start = next((e for e in events if e.rerun_of is not None), None)
    here = find(events, begin.event_id)
    if start is None or here is None:
        return False
    return (start.rerun_of, start.rerun_from, here.input) == (of, begin.event_id, given)


def warning(instance_id: str, begin: HistoryEvent, events: Sequence[HistoryEvent]) -> str:
    """What a rerun of an instance that completed would do again, and how to insist on it."""
    after = events[events.index(begin) :]
    doing = [*dict.fromkeys(event.name for event in after if event.type in {ACTIVITY, _CHILD} and event.name)]
    does = f"does what it did again, {_listed(doing)}," if doing else "does what it did again"
    return (
        f"Instance {instance_id} has completed; a rerun from event {begin.event_id} {does} as a new instance, and may "
        'charge or tell somebody twice. To insist, send "again": true (`durably rerun --again`).'
    )


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


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
