"""What ran where and how often, and what came of it outside: read from the worker's log and the receiver's file."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.harness.receiver import Receiver


@dataclass(frozen=True, slots=True)
class Execution:
    """One time that a worker process ran an activity's code.

    Attributes:
        task_execution_id: The same for all executions of one activity call, over retries and redelivery.
        attempt: How many times this process had begun it, from 1.
        outcome: `completed` or `failed`; None where the process never told the end, as one that was killed.
        pid: The worker process.
    """

    instance_id: str
    activity: str
    task_execution_id: str
    attempt: int
    pid: int
    outcome: str | None


class Ledger:
    """Both records that do not come from the engine.

    Args:
        worker_log: The log of one worker, over all of its starts.
        receiver: The receiver of notifications, if there is one.
    """

    def __init__(self, worker_log: Path, receiver: Receiver | None = None) -> None:
        self._worker_log = worker_log
        self._receiver = receiver

    def executions(self, instance_id: str | None = None, activity: str | None = None) -> tuple[Execution, ...]:
        """Every execution, in the order in which they began; of one instance, or one activity, if given."""
        events = list(_events(self._worker_log))
        outcomes = {_key(event): event["outcome"] for event in events if event["event"] == "activity_ended"}
        return tuple(
            Execution(
                instance_id=event["instance_id"],
                activity=event["activity"],
                task_execution_id=event["task_execution_id"],
                attempt=event["attempt"],
                pid=event["pid"],
                outcome=outcomes.get(_key(event)),
            )
            for event in events
            if event["event"] == "activity_started"
            and instance_id in {None, event["instance_id"]}
            and activity in {None, event["activity"]}
        )

    def in_flight(self, pid: int) -> tuple[Execution, ...]:
        """What a process has begun and not ended: what it runs now or, if it was killed, ran then."""
        return tuple(e for e in self.executions() if e.pid == pid and e.outcome is None)

    def effects(self, task_id: str) -> frozenset[str]:
        """The distinct idempotency keys that the receiver accepted for a task."""
        return self._receiver.effects(task_id) if self._receiver else frozenset()


def _events(log: Path) -> Iterable[dict[str, Any]]:
    """The activity events in a log; a line that a kill cut off, or that is no event of ours, is passed over."""
    if not log.exists():
        return
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        if '"activity_' not in line:
            continue
        try:
            yield json.loads(line)
        except ValueError:
            continue


def _key(event: dict[str, Any]) -> tuple[int, str, int]:
    return event["pid"], event["task_execution_id"], event["attempt"]
