"""What is noted of one instance, executions and acts of people, as one document of the state store."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, Final, Literal, NamedTuple

from worker.index.entry import at, micros
from worker.journal.acts import Act

MANY: Final = 1_000
"""So much is kept of one instance, the newest; and who started it."""

Outcome = Literal["completed", "failed", "cancelled"]
Key = tuple[str, str, int, datetime]


class Execution(NamedTuple):
    """One execution of an activity; without an end it runs, or was cut off."""

    worker: str
    task_execution_id: str
    task_id: int
    started_at: datetime
    ended_at: datetime | None = None
    outcome: Outcome | None = None

    @property
    def key(self) -> Key:
        """What tells it from all others of its instance: a worker that comes back may have its old name."""
        return self.worker, self.task_execution_id, self.task_id, self.started_at


Noted = Execution | Act


def merged(there: Sequence[Noted], ours: Iterable[Noted]) -> list[Noted]:
    """What stands in a document and what this worker knows, which is newer; the oldest first."""
    found = {each.key: each for each in there}
    found.update((each.key, each) for each in ours)
    rows = sorted(found.values(), key=lambda each: each.started_at)
    return [each for each in rows[:-MANY] if isinstance(each, Act) and each.is_start] + rows[-MANY:]


def encoded(noted: Iterable[Noted]) -> bytes:
    """As a document: a row for each, short, since as many as there are instances are read and written at once."""
    return json.dumps([_row(each) for each in noted], separators=(",", ":")).encode()


def decoded(value: bytes) -> list[Noted]:
    """What stands in a document; nothing where there is none, or where it is none of ours."""
    try:
        return [_noted(*row) for row in json.loads(value or b"[]")]
    except (ValueError, TypeError):
        return []


def _row(each: Noted) -> tuple[Any, ...]:
    started = (*each[:3], micros(each.started_at))
    return started if isinstance(each, Act) else (*started, each.ended_at and micros(each.ended_at), each.outcome)


def _noted(who: str, what: str, which: Any, started: int, *ended: Any) -> Noted:
    """The row of an execution has two more columns than that of an act."""
    if not ended:
        return Act(who, what, which, at(started))
    ended_at, outcome = ended
    return Execution(who, what, which, at(started), at(ended_at) if ended_at else None, outcome)
