"""Views of workflow instances and their histories, as they cross the control API and the HTTP API."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from durably.contracts.ids import InstanceId
from durably.contracts.model import Frozen


class InstanceStatus(StrEnum):
    """Where an instance stands; the engine's own states, in lower case."""

    PENDING = "pending"
    RUNNING = "running"
    SUSPENDED = "suspended"
    STALLED = "stalled"
    COMPLETED = "completed"
    FAILED = "failed"
    TERMINATED = "terminated"

    @property
    def has_ended(self) -> bool:
        """Whether nothing will happen to the instance any more."""
        return self in {InstanceStatus.COMPLETED, InstanceStatus.FAILED, InstanceStatus.TERMINATED}


class Failure(Frozen):
    """Why an instance or an activity failed."""

    type: str
    message: str
    stack: str | None = None


class InstanceView(Frozen):
    """One workflow instance.

    `input`, `output` and `custom_status` are absent when they were not asked for.
    """

    instance_id: str
    workflow: str
    status: InstanceStatus
    created_at: datetime
    updated_at: datetime
    input: Any = None
    output: Any = None
    custom_status: str | None = None
    failure: Failure | None = None


class Attempt(Frozen):
    """One execution of an activity, as the worker that ran it noted it; the engine does not record it."""

    worker: str
    attempt: int = Field(description="Which execution of the activity it is, on whichever worker, from 1.")
    started_at: datetime
    ended_at: datetime | None = Field(default=None, description="None while it runs, and where it was cut off.")
    outcome: Literal["completed", "failed", "cancelled"] | None = None


class HistoryEvent(Frozen):
    """One event of an instance's history; only the fields that its type carries are set.

    Who ran an activity, and when, is added from the workers' journals, which lag behind by moments.
    """

    event_id: int = Field(description="The id of the action that it belongs to; -1 where there is none.")
    timestamp: datetime
    type: str = Field(description="The engine's name of the event, such as `taskScheduled`.")
    name: str | None = None
    scheduled_id: int | None = Field(default=None, description="The event id of what was scheduled or created.")
    task_execution_id: str | None = None
    child_id: str | None = Field(default=None, description="The instance id of a child that was created.")
    waits_for: str | None = Field(default=None, description="The event that a created timer ends the wait for.")
    retry_of: str | None = Field(
        default=None, description="The `task_execution_id` of the activity that is tried again after a created timer."
    )
    version: str | None = None
    input: Any = None
    result: Any = None
    fire_at: datetime | None = None
    status: InstanceStatus | None = None
    reason: str | None = None
    failure: Failure | None = None
    by: str | None = Field(default=None, description="Who started the instance, or raised the event, if it is known.")
    rerun_of: str | None = Field(default=None, description="The instance that this one runs again; on its start.")
    rerun_from: int | None = Field(default=None, description="The event that it does so from; on its start.")
    worker: str | None = Field(default=None, description="Who ran the activity that ended, or runs it now.")
    started_at: datetime | None = Field(default=None, description="When that execution of the activity began.")
    attempt: int | None = Field(default=None, description="Which execution of the activity that was, from 1.")
    attempts: tuple[Attempt, ...] = Field(
        default=(), description="Executions of a scheduled activity without a result: they run, or were cut off."
    )


class History(Frozen):
    """The whole history of an instance, oldest event first."""

    instance_id: str
    events: tuple[HistoryEvent, ...]


class StartRequest(Frozen):
    """A request to start a workflow; without an id the API makes one."""

    input: dict[str, Any] = Field(default_factory=dict)
    instance_id: InstanceId | None = None


class Scheduled(Frozen):
    """An accepted start. The same answer is given when the instance was there already."""

    instance_id: str
    status: Literal["scheduled"] = "scheduled"


class WorkflowDescription(Frozen):
    """A registered workflow: its versions, oldest first, and the JSON Schemas of the latest one."""

    name: str
    versions: tuple[str, ...]
    latest_version: str
    input_schema: dict[str, Any]
    result_schema: dict[str, Any]


class WorkflowList(Frozen):
    """Everything that the connected worker can run."""

    workflows: tuple[WorkflowDescription, ...]
