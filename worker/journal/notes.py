from collections import deque
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Final

from durably.contracts.observations import ActivityRun
from worker.journal.executions import Execution, Key, Noted, Outcome

_WAITING: Final = 10_000
"""Instances whose rows wait for a store that is away; beyond them the oldest are given up."""


class Notes:
    """What this worker knows of its executions and has not written yet.

    Args:
        worker: The name of this worker.
        clock: The time now.
        on_news: Told, on the thread of the news, that there are some to absorb.
    """

    def __init__(self, worker: str, *, clock: Callable[[], datetime], on_news: Callable[[], object]) -> None:
        self._worker = worker
        self._clock = clock
        self._on_news = on_news
        self._rung = False
        self._running: dict[ActivityRun, Execution] = {}
        self._news: deque[tuple[str, Noted]] = deque()
        self.waiting: dict[str, dict[Key, Noted]] = {}
        """By instance."""
        self.given_up = 0
        """Instances whose executions could not be kept until the store was back."""

    def started(self, run: ActivityRun) -> None:
        """An execution began. Any thread; costs next to nothing."""
        noted = Execution(self._worker, run.task_execution_id, run.task_id, self._clock())
        self._running[run] = noted
        self.note(run.instance_id, noted)

    def ended(self, run: ActivityRun, outcome: Outcome) -> None:
        """An execution ended. Any thread; costs next to nothing."""
        noted = self._running.pop(run, None)
        if noted is not None:
            self.note(run.instance_id, noted._replace(ended_at=self._clock(), outcome=outcome))

    def running(self) -> list[tuple[ActivityRun, datetime]]:
        """What runs here now, and since when; the oldest first."""
        return [(run, noted.started_at) for run, noted in list(self._running.items())]

    def absorb(self) -> None:
        """Take in what has happened."""
        self._rung = False  # before the news are taken: what comes from now on rings again
        while self._news:
            instance_id, noted = self._news.popleft()
            self.waiting.setdefault(instance_id, {})[noted.key] = noted
        while len(self.waiting) > _WAITING:
            del self.waiting[next(iter(self.waiting))]
            self.given_up += 1

    def settle(self, written: Mapping[str, Mapping[Key, Noted]]) -> None:
        """These are written; what has become of them meanwhile is not."""
        for instance_id, executions in written.items():
            left = self.waiting.get(instance_id, {})
            for key, each in executions.items():
                if left.get(key) is each:
                    del left[key]
            if not left:
                self.waiting.pop(instance_id, None)

    def drop(self, instance_ids: Collection[str]) -> None:
        """These instances are gone; what still runs for them is not noted any more."""
        for run in [run for run in list(self._running) if run.instance_id in instance_ids]:
            del self._running[run]
        for each in instance_ids:
            self.waiting.pop(each, None)

    def note(self, instance_id: str, noted: Noted) -> None:
        """Something is to be written. Any thread."""
        self._news.append((instance_id, noted))
        if not self._rung:
            self._rung = True
            self._on_news()
