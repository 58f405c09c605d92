"""Why an instance is where it is: one verdict, the evidence for it, and what to type next."""

from datetime import datetime
from enum import StrEnum
from typing import Final, Literal

from pydantic import Field

from durably.contracts.instances import Failure, InstanceStatus
from durably.contracts.model import Frozen


class Verdict(StrEnum):
    """What keeps an instance where it is; exactly one at a time."""

    ON_ITS_WAY = "on_its_way"
    WAITING_FOR_EVENT = "waiting_for_event"
    WAITING_FOR_TIMER = "waiting_for_timer"
    WAITING_FOR_CHILD = "waiting_for_child"
    ACTIVITY_RUNNING = "activity_running"
    ACTIVITY_RETRYING = "activity_retrying"
    PAUSED = "paused"
    FINISHED = "finished"
    FAILED = "failed"
    ACTIVITY_NOT_REGISTERED = "activity_not_registered"
    WORKFLOW_NOT_REGISTERED = "workflow_not_registered"
    MISSING_VERSION = "missing_version"
    NON_DETERMINISTIC = "non_deterministic"
    PAYLOAD_TOO_LARGE = "payload_too_large"
    DISPATCH_LOST = "dispatch_lost"
    NO_WORKER = "no_worker"
    STREAM_DEAD = "stream_dead"
    SIDECAR_UNREACHABLE = "sidecar_unreachable"
    STATE_STORE_UNREACHABLE = "state_store_unreachable"

    @property
    def is_healthy(self) -> bool:
        """Whether nothing has to be mended. Waiting for a child is as healthy as the child is."""
        return self in _HEALTHY


_HEALTHY: Final = frozenset(
    {
        Verdict.ON_ITS_WAY,
        Verdict.WAITING_FOR_EVENT,
        Verdict.WAITING_FOR_TIMER,
        Verdict.WAITING_FOR_CHILD,
        Verdict.ACTIVITY_RUNNING,
        Verdict.ACTIVITY_RETRYING,
        Verdict.PAUSED,
        Verdict.FINISHED,
    }
)

Source = Literal["history", "journal", "instance", "heartbeat", "worker", "sidecar", "api"]
"""Who says it: the engine's history or its view of the instance, the journal of executions, a worker's heartbeat, the
worker that was asked, its sidecar, or the API that asked."""


class Evidence(Frozen):
    """One thing that the verdict rests on."""

    text: str = Field(description="One sentence for people.")
    at: datetime | None = Field(default=None, description="When that happened, or was seen.")
    source: Source
    event_id: int | None = Field(default=None, description="The history event that says it; -1 where events have none.")
    event_type: str | None = Field(default=None, description="Its type, such as `taskScheduled`.")


class NextCommand(Frozen):
    """Something to type."""

    command: str
    what: str = Field(description="What it shows or does, in one sentence.")


class Mismatch(Frozen):
    """Where the code asks for something else than the history has."""

    expected: str = Field(description="What the history has.")
    actual: str = Field(description="What the code of that worker asked for.")
    event_id: int | None = None
    file: str | None = None
    line: int | None = None


class Diagnosis(Frozen):
    """Why an instance is where it is. Fields that do not belong to the verdict are absent."""

    instance_id: str
    workflow: str | None = Field(default=None, description="Absent where nobody who knows the instance answers.")
    version: str | None = Field(default=None, description="The workflow version that the instance runs on.")
    status: InstanceStatus | None = None
    verdict: Verdict
    healthy: bool = Field(description="False if somebody has to do something: it does not go on, or has failed.")
    summary: str = Field(description="The verdict in one sentence, with names and times.")
    at: datetime = Field(description="When it was looked at.")
    since: datetime | None = Field(default=None, description="Since when it is like this.")
    until: datetime | None = Field(
        default=None, description="When it changes by itself: a timer fires, a wait is over, the next attempt begins."
    )
    evidence: tuple[Evidence, ...] = Field(default=(), description="Oldest first.")
    next_commands: tuple[NextCommand, ...] = Field(default=(), description="The most useful one first.")
    activity: str | None = Field(default=None, description="The activity that it is about.")
    attempt: int | None = Field(default=None, description="Which execution of it, from 1.")
    worker: str | None = Field(default=None, description="The worker that it is about, as in `GET /workers`.")
    pod: str | None = None
    namespace: str | None = None
    event: str | None = Field(default=None, description="The event that is waited for.")
    approvers: tuple[str, ...] = Field(default=(), description="Who may vote now, if the event is an approval.")
    by: str | None = Field(default=None, description="Who paused it, or ended it.")
    reason: str | None = Field(default=None, description="What they gave as the reason, or the engine did.")
    failure: Failure | None = Field(
        default=None, description="The failure that ended it, or the last one of an activity."
    )
    mismatch: Mismatch | None = None
    child: "Diagnosis | None" = Field(default=None, description="The diagnosis of the child that is waited for.")
