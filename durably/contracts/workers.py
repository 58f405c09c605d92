"""Workers, as they say of themselves every few seconds that they are there."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from durably.contracts.held_back import HeldBack
from durably.contracts.model import Frozen

StreamState = Literal["connected", "lost", "locked"]
"""Whether work comes in: `locked` where the stream is open and the sidecar says that no worker is connected."""


class RegisteredWorkflow(Frozen):
    """A workflow that a worker can run."""

    name: str
    versions: tuple[str, ...] = Field(description="Oldest first.")


class InFlight(Frozen):
    """An activity that runs now."""

    instance_id: str
    activity: str
    task_id: int = Field(description="The event id of its `taskScheduled`.")
    attempt: int
    started_at: datetime


class Heartbeat(Frozen):
    """What a worker says of itself."""

    worker: str = Field(description="Its name, as histories show it; a pod's, or else the host's with the process id.")
    host: str = Field(description="The machine, or the pod, that it runs on.")
    pid: int = Field(ge=0)
    pod: str | None = Field(default=None, description="Its pod, on Kubernetes.")
    namespace: str | None = Field(default=None, description="That pod's namespace.")
    log: str | None = Field(default=None, description="The file that its log goes to, where it goes to one.")
    version: str = Field(description="The version of the code that it runs.")
    started_at: datetime
    beat_at: datetime = Field(description="When it said this.")
    expires_at: datetime = Field(description="Without another word by then it is gone.")
    workflows: tuple[RegisteredWorkflow, ...]
    activities: tuple[str, ...]
    in_flight: tuple[InFlight, ...] = Field(default=(), description="Activities that run now, the oldest 100 at most.")
    in_flight_count: int = Field(default=0, ge=0, description="How many there are.")
    queued: int = Field(default=0, ge=0, description="Activities that it was given and has no place for yet.")
    max_activities: int = Field(ge=1, description="How many may run at once.")
    held_back: tuple[HeldBack, ...] = Field(default=(), description="What it cannot run, the oldest 50 at most.")
    held_back_count: int = Field(default=0, ge=0)
    stream: StreamState
    stream_since: datetime
    draining: bool = Field(default=False, description="Whether it is on its way out, and takes no work any more.")


class WorkerList(Frozen):
    """Every worker that is there, by name."""

    workers: tuple[Heartbeat, ...]
    problem: str | None = Field(default=None, description="Why the list may not be complete, if it may not.")
