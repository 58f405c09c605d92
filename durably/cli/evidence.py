"""What the demo claims, held against what was recorded: the history, the workers' logs, the receiver's inbox."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal

from durably.cli.ledger import Run
from durably.contracts.instances import History, InstanceView
from durably.contracts.names import ASSIGN_TASK, SEND_NOTIFICATION, VALIDATE_TASK

PIPELINE: Final = (VALIDATE_TASK, ASSIGN_TASK, SEND_NOTIFICATION)

State = Literal["waiting", "running", "killed", "failed", "done"]


@dataclass(frozen=True, slots=True)
class ActivityReport:
    """One activity of the pipeline.

    Attributes:
        name: Its registered name.
        runs: Every execution, oldest first, from the workers' logs.
        completions: How often the history records its completion.
        result: What the history says it returned.
    """

    name: str
    runs: tuple[Run, ...]
    completions: int
    result: Any

    @property
    def state(self) -> State:
        """Where it stands; `done` is what the history says, all else what the logs say."""
        if self.completions:
            return "done"
        if not self.runs:
            return "waiting"
        last = self.runs[-1].outcome
        return "running" if last == "completed" else last


@dataclass(frozen=True, slots=True)
class Check:
    """One claim: whether it holds, and what was found."""

    claim: str
    holds: bool
    found: str


def activities(runs: Sequence[Run], history: History | None) -> tuple[ActivityReport, ...]:
    """The pipeline as it stands; without a history, as the logs alone tell it."""
    events = history.events if history else ()
    names = {event.event_id: event.name for event in events if event.type == "taskScheduled"}
    results: dict[str | None, list[Any]] = {}
    for event in events:
        if event.type == "taskCompleted" and event.scheduled_id is not None:
            results.setdefault(names.get(event.scheduled_id), []).append(event.result)
    return tuple(
        ActivityReport(
            name=name,
            runs=tuple(run for run in runs if run.activity == name),
            completions=len(results.get(name, ())),
            result=next(iter(results.get(name, ())), None),
        )
        for name in PIPELINE
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was recorded of one demo.

    Attributes:
        instance: How the workflow ended.
        pipeline: Its activities.
        killed_pid: The worker that was killed.
        second_pid: The worker that took over.
        notifications: What the receiver was sent for this task, duplicates among it.
    """

    instance: InstanceView
    pipeline: tuple[ActivityReport, ...]
    killed_pid: int
    second_pid: int
    notifications: tuple[dict[str, Any], ...]

    def checks(self) -> tuple[Check, ...]:
        """Every claim of the demo."""
        first, second = self.killed_pid, self.second_pid
        validate, assign, notify = self.pipeline
        keys = {run.task_execution_id for run in assign.runs}
        received = [entry["key"] for entry in self.notifications]
        return (
            _ran(validate, [(first, "completed")]),
            _ran(assign, [(first, "killed"), (second, "completed")]),
            Check("both runs of assign_task had one idempotency key", len(keys) == 1, f"{len(keys)} keys"),
            _ran(notify, [(second, "completed")]),
            Check(
                "the history records each activity as completed once",
                all(activity.completions == 1 for activity in self.pipeline),
                ", ".join(f"{activity.name} {activity.completions}x" for activity in self.pipeline),
            ),
            Check(
                "notifications received: 1",
                received == [run.task_execution_id for run in notify.runs],
                f"{len(received)}, under {received}",
            ),
            Check(
                "the task ended completed",
                isinstance(self.instance.output, dict) and self.instance.output.get("status") == "completed",
                f"{self.instance.status.value}: {self.instance.output or self.instance.failure}",
            ),
        )

    def holds(self) -> bool:
        """Whether every claim does."""
        return all(check.holds for check in self.checks())

    def document(self) -> dict[str, Any]:
        """All of it as JSON."""
        return {
            "ok": self.holds(),
            "instance": self.instance.model_dump(mode="json"),
            "killed_pid": self.killed_pid,
            "second_pid": self.second_pid,
            "activities": [asdict(activity) | {"state": activity.state} for activity in self.pipeline],
            "notifications": list(self.notifications),
            "checks": [asdict(check) for check in self.checks()],
        }


def _ran(activity: ActivityReport, expected: list[tuple[int, str]]) -> Check:
    found = [(run.pid, run.outcome) for run in activity.runs]
    return Check(f"{activity.name} {_story(expected)}", found == expected, f"{activity.name} {_story(found)}")


def _story(runs: Sequence[tuple[int, str]]) -> str:
    often = {0: "never ran", 1: "ran once", 2: "ran twice"}.get(len(runs), f"ran {len(runs)} times")
    where = ", ".join(f"PID {pid}" + ("" if outcome == "completed" else f" ({outcome})") for pid, outcome in runs)
    return f"{often}: {where}" if where else often
