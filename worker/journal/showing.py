"""A history together with who ran its activities."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from durably.contracts.instances import Attempt, History, HistoryEvent
from worker.journal.executions import Execution

_SCHEDULED: Final = "taskScheduled"
_OUTCOMES: Final = {"taskCompleted": "completed", "taskFailed": "failed"}

Task = tuple[int, str]
"""The event that scheduled an activity, and its execution id: a workflow that continues as new counts from 0 again."""


def with_attempts(history: History, executions: Sequence[Execution]) -> History:
    """The history, with each activity's worker, start and attempts as far as they are known.

    Args:
        history: What the engine recorded.
        executions: What the workers noted, the oldest first.
    """
    if not executions:
        return history
    attempts, tasks = _attempts(executions), _tasks(history)
    recorded = {
        event.scheduled_id: _recorded(attempts[tasks[event.scheduled_id]], _OUTCOMES[event.type])
        for event in history.events
        if event.type in _OUTCOMES and event.scheduled_id in tasks
    }
    events = (_shown(event, attempts, recorded) for event in history.events)
    return history.model_copy(update={"events": tuple(events)})


def _attempts(executions: Sequence[Execution]) -> defaultdict[Task, list[Attempt]]:
    """By task; the retries of one activity are tasks of their own, and are counted on."""
    found, counts = defaultdict[Task, list[Attempt]](list), defaultdict[str, int](int)
    for each in executions:
        counts[each.task_execution_id] += 1
        attempt = Attempt(
            worker=each.worker,
            attempt=counts[each.task_execution_id],
            started_at=each.started_at,
            ended_at=each.ended_at,
            outcome=each.outcome,
        )
        found[each.task_id, each.task_execution_id].append(attempt)
    return found


def _tasks(history: History) -> dict[int | None, Task]:
    scheduled = (event for event in history.events if event.type == _SCHEDULED)
    return {event.event_id: (event.event_id, event.task_execution_id or "") for event in scheduled}


def _recorded(attempts: Sequence[Attempt], outcome: str) -> Attempt | None:
    """The one whose result the engine recorded: of several the last; a worker may have died before it noted the end."""
    fitting = [each for each in attempts if each.outcome == outcome] or [each for each in attempts if not each.outcome]
    return fitting[-1] if fitting else None


def _shown(
    event: HistoryEvent, attempts: defaultdict[Task, list[Attempt]], recorded: dict[int | None, Attempt | None]
) -> HistoryEvent:
    if event.type in _OUTCOMES:
        return event.model_copy(update=_of(recorded.get(event.scheduled_id)))
    if event.type != _SCHEDULED:
        return event
    result = recorded.get(event.event_id)
    others = [each for each in attempts[event.event_id, event.task_execution_id or ""] if each is not result]
    last = others[-1] if others and event.event_id not in recorded else None
    return event.model_copy(update=_of(last) | {"attempts": tuple(others)})


def _of(attempt: Attempt | None) -> dict[str, Any]:
    if attempt is None:
        return {}
    return {"worker": attempt.worker, "started_at": attempt.started_at, "attempt": attempt.attempt}
