"""What a rehearsal of a recorded history against today's code shows: step by step what the code saw and asked for."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from pydantic import Field

from durably.contracts.instances import Failure, HistoryEvent, InstanceStatus
from durably.contracts.model import Frozen


class Place(Frozen):
    """A line of code."""

    file: str = Field(description="The file, as Python names it.")
    line: int
    function: str
    text: str = Field(default="", description="The line itself, without its indentation.")


class ActionKind(StrEnum):
    """What workflow code can ask for."""

    ACTIVITY = "activity"
    TIMER = "timer"
    EVENT = "event"
    RETRY = "retry"
    CHILD = "child"
    END = "end"


_TOLD: Final = {
    ActionKind.ACTIVITY: "activity {name}",
    ActionKind.CHILD: "child workflow {name}",
    ActionKind.EVENT: "wait for event {name}",
    ActionKind.RETRY: "pause before a retry",
    ActionKind.TIMER: "timer",
}


class Action(Frozen):
    """One thing that code asks for, or that a history records as asked for."""

    kind: ActionKind
    id: int = Field(description="The event id that the history has or would have for it.")
    name: str | None = Field(default=None, description="The activity, the child workflow, or the event waited for.")
    input: Any = None
    fire_at: datetime | None = Field(default=None, description="When a timer fires; None where a wait has no deadline.")
    status: InstanceStatus | None = Field(default=None, description="How the instance ends; running: as a new one.")
    failure: Failure | None = None
    place: Place | None = Field(default=None, description="Where the code asks; None for what a history records.")

    @property
    def told(self) -> str:
        """In words."""
        if self.kind is not ActionKind.END:
            return f"{_TOLD[self.kind].format(name=self.name)} (id {self.id})"
        if self.status is InstanceStatus.RUNNING:
            return "continue as new"
        return f"end, {self.status}" + (f" with {self.failure.type}: {self.failure.message}" if self.failure else "")


class Answer(Frozen):
    """What one `yield` gave to the code."""

    place: Place
    asked: tuple[Action, ...] = Field(default=(), description="What it waited for, where that is an action.")
    value: Any = None
    failure: Failure | None = Field(default=None, description="What it raised instead.")


class Step(Frozen):
    """One turn: the code runs from its first line on; what earlier steps gave it comes from the history."""

    turn: int = Field(description="From 1.")
    at: datetime
    first_event: int = Field(description="Where the turn begins in the history, from 0.")
    new_events: tuple[HistoryEvent, ...] = Field(description="What came in, beginning with `workflowStarted`.")
    code_from: Place | None = Field(default=None, description="Where the code waited before; None at its start.")
    code_to: Place | None = Field(default=None, description="Where it waits now, or ended.")
    line: int | None = Field(default=None, description="Where the workflow's own function stands now.")
    lines: tuple[int, ...] = Field(default=(), description="Its lines that ran for what is new, where they were kept.")
    seen: tuple[Answer, ...] = Field(default=(), description="What its `yield`s gave in this turn, in their order.")
    asked_for: tuple[Action, ...] = ()
    recorded: tuple[Action, ...] = Field(default=(), description="What the history records as asked for.")


class Source(Frozen):
    """The code of a workflow's function."""

    file: str
    first_line: int
    lines: tuple[str, ...]


class DivergenceKind(StrEnum):
    """What differs."""

    ACTION = "action"
    INPUT = "input"
    PATCH = "patch"
    LIVE = "live"
    WORKFLOW_GONE = "workflow_gone"
    VERSION_GONE = "version_gone"
    ACTIVITY_GONE = "activity_gone"
    UNREADABLE = "unreadable"


class Divergence(Frozen):
    """The first thing that code does otherwise than a history records."""

    kind: DivergenceKind
    message: str = Field(description="All of it, in a sentence.")
    workflow: str
    version: str | None = None
    step: int | None = Field(default=None, description="The turn, from 1.")
    event: int | None = Field(default=None, description="Where the history records what was expected, from 0.")
    event_id: int | None = Field(default=None, description="The event id of what was expected, or asked for instead.")
    expected: str = Field(description="What the history records.")
    actual: str = Field(description="What the code asks for.")
    place: Place | None = Field(default=None, description="Where the code asks for it, or stands.")


class Rehearsal(Frozen):
    """A recorded history, rehearsed."""

    instance_id: str
    workflow: str
    version: str | None = Field(default=None, description="The version whose code ran.")
    steps: tuple[Step, ...] = ()
    divergence: Divergence | None = Field(default=None, description="What breaks; None where nothing does.")
    warnings: tuple[Divergence, ...] = Field(default=(), description="Other inputs than recorded: nothing breaks.")

    def seen_before(self, turn: int) -> tuple[Answer, ...]:
        """What the code is given from the history while it runs again, before it comes to what is new in a turn."""
        return tuple(answer for step in self.steps if step.turn < turn for answer in step.seen)


class StepThrough(Frozen):
    """A rehearsal to look at step by step, with the code that ran."""

    rehearsal: Rehearsal
    source: Source | None = Field(default=None, description="None where the worker has not got the source.")
