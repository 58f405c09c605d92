"""The executions of one instance's activities, as one document of the state store."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Final, Literal, NamedTuple

from worker.index.entry import at, micros

MANY: Final = 1_000
"""So many executions of one instance are kept, the newest."""

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


def merged(there: Sequence[Execution], ours: Iterable[Execution]) -> list[Execution]:
    """What stands in a document and what this worker knows, which is newer; the oldest first."""
    found = {each.key: each for each in there}
    found.update((each.key, each) for each in ours)
    return sorted(found.values(), key=lambda each: each.started_at)[-MANY:]


def encoded(executions: Iterable[Execution]) -> bytes:
    """As a document: a row for each, short, since as many as there are instances are read and written at once."""
    rows = [
        (*each[:3], micros(each.started_at), micros(each.ended_at) if each.ended_at else None, each.outcome)
        for each in executions
    ]
    return json.dumps(rows, separators=(",", ":")).encode()


def decoded(value: bytes) -> list[Execution]:
    """What stands in a document; nothing where there is none, or where it is none of ours."""
    try:
        return [
            Execution(worker, execution_id, task_id, at(started), at(ended) if ended else None, outcome)
            for worker, execution_id, task_id, started, ended, outcome in json.loads(value or b"[]")
        ]
    except (ValueError, TypeError):
        return []
