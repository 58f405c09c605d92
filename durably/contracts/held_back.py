"""What a worker holds back instead of letting it fail: work that its code cannot do, and another code could."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field

from durably.contracts.model import Frozen


class HoldKind(StrEnum):
    """Why a worker cannot do a piece of work. None of them is the workflow's own failure."""

    REPLAY_DIFFERS = "replay_differs"
    WORKFLOW_NOT_REGISTERED = "workflow_not_registered"
    VERSION_NOT_REGISTERED = "version_not_registered"
    ACTIVITY_NOT_REGISTERED = "activity_not_registered"
    REPLAY_BROKE = "replay_broke"
    """The SDK itself raised while it replayed: a history that it does not understand, or a fault of its own."""


class HeldBack(Frozen):
    """One piece of work that a worker holds back, for as long as it may be handed to that worker again."""

    instance_id: str
    kind: HoldKind
    workflow: str | None = Field(default=None, description="None where another worker ran the instance's last turn.")
    version: str | None = Field(default=None, description="The version that the instance began with, if it has one.")
    activity: str | None = Field(default=None, description="The activity that is not registered, or that differs.")
    expected: str | None = Field(default=None, description="The step that the history has.")
    actual: str | None = Field(default=None, description="The step that this worker's code takes, or what it offers.")
    file: str | None = Field(default=None, description="Where the code takes that step, if it could be found.")
    line: int | None = None
    since: datetime = Field(description="When this worker first held it back.")
    message: str = Field(description="All of it in a sentence or two, with what to do.")
