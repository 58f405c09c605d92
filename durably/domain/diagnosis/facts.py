"""What is known of an instance when somebody asks why it is where it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from durably.contracts.diagnosis import Diagnosis, Evidence, Verdict
from durably.contracts.held_back import HeldBack
from durably.contracts.instances import Attempt, Failure, HistoryEvent, InstanceView
from durably.contracts.workers import Heartbeat
from durably.domain.diagnosis.commands import that_work
from durably.domain.diagnosis.evidence import quoted
from durably.domain.diagnosis.open_work import FAILED, SCHEDULED, OpenWork

_STARTED: Final = "workflowStarted"
_LATE: Final = timedelta(seconds=5)
"""Clocks of two machines may differ by so much, and a word of a worker is so old."""

_LINE: Final = 200

NEVER: Final = 9_000
"""From this year on a time never comes: engines write 9999 for a wait without an end."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a verdict rests on.

    Attributes:
        view: The instance, with its custom status and failure.
        events: Its history, oldest first, with who ran which activity.
        workers: The workers that are there.
        now: When all this was asked.
        lost_after: For how long nobody may work on what is to be done until it counts as lost.
        all_workers: Whether `workers` are all, so that what none of them has, nobody has.
    """

    view: InstanceView
    events: Sequence[HistoryEvent]
    workers: Sequence[Heartbeat]
    now: datetime
    lost_after: timedelta
    all_workers: bool = True

    @property
    def version(self) -> str | None:
        """The version that the instance runs on, as far as its history says it."""
        return next((event.version for event in self.events if event.type == _STARTED and event.version), None)

    @property
    def last(self) -> HistoryEvent | None:
        """The event that was recorded last."""
        return self.events[-1] if self.events else None

    @property
    def work(self) -> OpenWork:
        """What the instance waits for."""
        return OpenWork.of(self.events)

    def says(self, verdict: Verdict, summary: str, **more: Any) -> Diagnosis:
        """A verdict on this instance."""
        view = self.view
        more["next_commands"] = that_work(more.get("next_commands", ()))
        return Diagnosis(
            instance_id=view.instance_id,
            workflow=view.workflow or None,
            version=self.version,
            status=view.status,
            verdict=verdict,
            summary=summary,
            at=self.now,
            **({"healthy": verdict.is_healthy} | more),
        )

    def name_of(self, event: HistoryEvent) -> str | None:
        """The name of what an event is about: its own, or of what it is the end of."""
        began = (each for each in self.events if each.event_id == event.scheduled_id)
        return event.name or (next((each.name for each in began), None) if event.scheduled_id is not None else None)

    def quote(self, event: HistoryEvent, text: str | None = None) -> Evidence:
        """An event of the history as evidence."""
        return quoted(event, text, name=self.name_of(event))

    def worker(self, name: str | None) -> Heartbeat | None:
        """The worker of that name, if it is there."""
        return next((each for each in self.workers if each.worker == name), None)

    def runs(self, attempt: Attempt, task: HistoryEvent) -> bool:
        """Whether an execution that nobody has noted the end of runs: its worker is there, and says so if it could."""
        worker = self.worker(attempt.worker)
        if worker is None or attempt.outcome is not None or attempt.started_at < worker.started_at:
            return False
        if attempt.started_at > worker.beat_at - _LATE or worker.in_flight_count > len(worker.in_flight):
            return True
        instance_id, task_id = self.view.instance_id, task.event_id
        return any((each.instance_id, each.task_id) == (instance_id, task_id) for each in worker.in_flight)

    def held_back(self) -> tuple[HeldBack, ...]:
        """What workers that are there hold back of this instance, the newest last."""
        own = (held for each in self.workers for held in each.held_back if held.instance_id == self.view.instance_id)
        return tuple(sorted(own, key=lambda held: held.since))

    def failures_of(self, execution_id: str | None) -> list[HistoryEvent]:
        """The failed attempts of an activity, under whichever retry; the oldest first."""
        tasks = {e.event_id for e in self.events if e.type == SCHEDULED and e.task_execution_id == execution_id}
        return [e for e in self.events if e.type == FAILED and e.scheduled_id in tasks]

    @property
    def are_rested(self) -> bool:
        """Whether the workers, all of them, have been there long enough to have been given what is due."""
        return self.all_workers and all(self.is_old(each.started_at) for each in self.workers)

    @property
    def able(self) -> tuple[Heartbeat, ...]:
        """The workers that have registered the workflow, in whichever version."""
        name = self.view.workflow
        return tuple(each for each in self.workers if name in {workflow.name for workflow in each.workflows})

    def is_old(self, since: datetime) -> bool:
        """Whether what has been so since then has been so for too long."""
        return self.now - since > self.lost_after


def passed_since(since: datetime, now: datetime) -> str:
    """How long that is, for people."""
    seconds = max(0.0, (now - since).total_seconds())
    for unit, size in (("d", 86_400), ("h", 3_600), ("min", 60)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"


def moment(at: datetime) -> str:
    """A time, for people."""
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def why(failure: Failure | None) -> str:
    """A failure in a line, for people."""
    if failure is None:
        return "no reason is recorded"
    line = " ".join(f"{failure.type}: {failure.message}".split())
    return line if len(line) <= _LINE else f"{line[:_LINE]}…"
