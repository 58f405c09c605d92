"""What the workflow host tells whoever watches it: logs and metrics are made of these."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from durably.contracts.held_back import HeldBack
from durably.contracts.instances import InstanceStatus


@dataclass(frozen=True, slots=True)
class WorkflowRun:
    """One instance of a workflow, as its worker sees it."""

    instance_id: str
    workflow: str
    version: str


@dataclass(frozen=True, slots=True)
class ActivityRun:
    """One execution of an activity.

    Attributes:
        attempt: How many times this worker process has begun this `task_execution_id`, from 1.
        workflow: The workflow that called it; None where another worker ran that workflow's last turn.
    """

    instance_id: str
    workflow: str | None
    activity: str
    task_id: int
    task_execution_id: str
    attempt: int


@dataclass(frozen=True, slots=True)
class TurnReport:
    """Where an instance stands after a turn that the engine has taken.

    Attributes:
        begun_at: When this life of the instance was asked for; later where it has continued as new.
        at: Engine time of the turn.
        parent: The instance that it is a child of.
        custom_status: What the workflow says of itself.
    """

    instance_id: str
    workflow: str
    status: InstanceStatus
    begun_at: datetime
    at: datetime
    parent: str | None = None
    custom_status: str | None = None


class HostObserver(Protocol):
    """Told of everything that happens in the host, from whichever thread it happens on; must not block."""

    def workflow_started(self, run: WorkflowRun) -> None:
        """The first turn of an instance began."""

    def workflow_replayed(self, run: WorkflowRun) -> None:
        """A later turn began, so the workflow's code runs again from its first line."""

    def workflow_ended(
        self, run: WorkflowRun, status: InstanceStatus, duration_s: float, error: BaseException | None
    ) -> None:
        """The workflow returned, or raised `error`. The duration is in engine time, from start to end."""

    def workflow_continued(self, run: WorkflowRun) -> None:
        """The workflow continued as new: this life of the instance is over, and the next one starts."""

    def work_held_back(self, held: HeldBack) -> None:
        """A turn or an activity was held back, as the code here is not the right one; told once, not each time."""

    def holding(self, count: int) -> None:
        """So many turns and activities are held back now."""

    def activity_started(self, run: ActivityRun) -> None:
        """An attempt began."""

    def activity_ended(self, run: ActivityRun, duration_s: float, error: BaseException | None) -> None:
        """An attempt returned, or raised `error`."""

    def stream_changed(self, *, connected: bool) -> None:
        """The work stream to the engine was opened or lost."""
