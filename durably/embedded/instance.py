"""One workflow instance in memory: its history, what waits for its next turn, and what follows from the two."""

from dataclasses import dataclass, field
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from durably.engine.sdk import helpers
from durably.engine.sdk import messages as pb

_RESOLVES = {
    "taskCompleted": "taskScheduledId",
    "taskFailed": "taskScheduledId",
    "timerFired": "timerId",
    "childWorkflowInstanceCompleted": "taskScheduledId",
    "childWorkflowInstanceFailed": "taskScheduledId",
}


def resolved_id(event: Any) -> int | None:
    """The event id of what this event is the answer to; None for an event that is no answer."""
    kind = event.WhichOneof("eventType")
    return getattr(getattr(event, kind), _RESOLVES[kind]) if kind in _RESOLVES else None


@dataclass(slots=True)
class Turn:
    """A turn that a worker is running: the events that it was given, and how many of them came from the inbox."""

    token: str
    events: list[Any]
    taken: int


@dataclass(slots=True)
class Instance:
    """What the engine knows of an instance.

    `generation` begins with the nanosecond of creation and grows with each continue-as-new, so that a late result of
    an earlier run of the same id is told from one of this run.

    `activities`, `timers` and `children` hold what was scheduled and whose answer is neither in the history nor in
    the inbox. They follow from these two, so nothing else is ever written.
    """

    id: str
    name: str
    created: Timestamp
    updated: Timestamp
    generation: int
    custom_status: str | None = None
    history: list[Any] = field(default_factory=list)
    inbox: list[Any] = field(default_factory=list)
    start: Any = None
    completion: Any = None
    stalled: Any = None
    patches: list[str] = field(default_factory=list)
    suspended: bool = False
    activities: dict[int, Any] = field(default_factory=dict)
    timers: dict[int, Any] = field(default_factory=dict)
    children: dict[int, Any] = field(default_factory=dict)
    turn: Turn | None = None

    @classmethod
    def recovered(cls, state: Any, generation: int, history: list[Any], inbox: list[Any]) -> "Instance":
        """The instance as history and inbox say that it was."""
        instance = cls(state.instanceId, state.name, state.createdTimestamp, state.lastUpdatedTimestamp, generation)
        instance.custom_status = state.customStatus.value if state.HasField("customStatus") else None
        for event in history:
            instance.record(event)
        for event in inbox:
            instance.receive(event)
        return instance

    @property
    def ended(self) -> bool:
        """Whether nothing will happen any more."""
        return self.completion is not None

    @property
    def on_hold(self) -> bool:
        """Whether it waits for a worker that can run it; to be terminated it needs none that can."""
        return self.stalled is not None and not any(event.HasField("executionTerminated") for event in self.inbox)

    @property
    def execution_id(self) -> str:
        """Tells one generation of the id from the next."""
        return self.start.workflowInstance.executionId.value if self.start is not None else ""

    def receive(self, event: Any) -> None:
        """Put an event into the inbox; what it resolves is not waited for any more."""
        self.inbox.append(event)
        self._resolve(event)

    def record(self, event: Any) -> None:
        """Append an event to the history and follow what it means."""
        self.history.append(event)
        self.updated = event.timestamp
        self.patches.extend(event.workflowStarted.version.patches)
        kind = event.WhichOneof("eventType")
        if kind != "executionStalled":
            self.stalled = None
        match kind:
            case "executionStarted":
                self.start = event.executionStarted
            case "executionCompleted":
                self.completion = event.executionCompleted
            case "executionSuspended" | "executionResumed":
                self.suspended = kind == "executionSuspended"
            case "executionStalled":
                self.stalled = event.executionStalled
            case "taskScheduled":
                self.activities[event.eventId] = event
            case "timerCreated":
                self.timers[event.eventId] = event
            case "childWorkflowInstanceCreated":
                self.children[event.eventId] = event
            case "eventRaised":
                self._drop_timer_of(event.eventRaised.name)
            case _:
                self._resolve(event)

    def _resolve(self, event: Any) -> None:
        if (scheduled := resolved_id(event)) is not None:
            for pending in (self.activities, self.timers, self.children):
                pending.pop(scheduled, None)

    def _drop_timer_of(self, event_name: str) -> None:
        """An event that was waited for with a deadline has come: its timer need not fire."""
        name = event_name.casefold() or None
        waits = (i for i, e in self.timers.items() if e.timerCreated.externalEvent.name.casefold() == name)
        self.timers.pop(next(waits, -1), None)

    def restart(self) -> None:
        """Begin a new generation with an empty history; what came in meanwhile and still means something is kept."""
        self.generation += 1
        self.history, self.activities, self.timers, self.children = [], {}, {}, {}
        self.start, self.suspended, self.stalled, self.patches = None, False, None, []
        kept = ("eventRaised", "executionTerminated", "executionSuspended", "executionResumed")
        self.inbox = [event for event in self.inbox if event.WhichOneof("eventType") in kept]

    @property
    def status(self) -> int:
        """The engine's number of the state that the instance is in."""
        if self.completion is not None:
            return int(self.completion.workflowStatus)
        if self.stalled is not None:
            return int(pb.ORCHESTRATION_STATUS_STALLED)
        if self.start is None and self.generation == self.created.ToNanoseconds():
            return int(pb.ORCHESTRATION_STATUS_PENDING)
        return int(pb.ORCHESTRATION_STATUS_SUSPENDED if self.suspended else pb.ORCHESTRATION_STATUS_RUNNING)

    def state(self) -> Any:
        """The `WorkflowState` message that tells clients about it."""
        start = self.start or next((e.executionStarted for e in self.inbox if e.HasField("executionStarted")), None)
        state = pb.WorkflowState(
            instanceId=self.id,
            name=self.name,
            workflowStatus=self.status,
            createdTimestamp=self.created,
            lastUpdatedTimestamp=self.updated,
            customStatus=helpers.get_string_value(self.custom_status),
        )
        if start is not None:
            state.input.CopyFrom(start.input)
            state.executionId.CopyFrom(start.workflowInstance.executionId)
            if start.HasField("parentInstance"):
                state.parentInstanceId.value = start.parentInstance.workflowInstance.instanceId
        if self.completion is not None:
            state.completedTimestamp.CopyFrom(self.updated)
            if self.completion.HasField("result"):
                state.output.CopyFrom(self.completion.result)
            if self.completion.HasField("failureDetails"):
                state.failureDetails.CopyFrom(self.completion.failureDetails)
        return state
