"""The task pipeline: its input, what its activities pass on, its result."""

from typing import Final, Literal

from pydantic import Field

from durably.contracts.approvals import ApprovalTerms
from durably.contracts.ids import TaskId
from durably.contracts.model import Frozen
from durably.contracts.numbers import WholeNumber

MAX_PRIORITY: Final = 10


class TaskRequest(Frozen):
    """A task to be processed.

    A missing or empty title or assignee is not malformed: the workflow looks at it and ends `rejected`.
    """

    task_id: TaskId = Field(description="Identifies the task; processing it twice changes nothing.")
    title: str | None = Field(default=None, max_length=1_000, description="What is to be done.")
    assignee: str | None = Field(default=None, max_length=200, description="Who is to do it.")
    priority: WholeNumber = Field(
        default=0,
        ge=0,
        le=MAX_PRIORITY,
        exclude_if=lambda priority: priority == 0,  # so that tasks without one are recorded as they always were
        description="How urgent it is; from some priority on it needs an approval.",
    )


class TaskTerms(Frozen):
    """Which tasks need an approval, and under what terms."""

    approval_above: int = Field(ge=0, description="The highest priority that needs none.")
    approval: ApprovalTerms


class Validation(Frozen):
    """What `validate_task` decided; `problem` says why a task was not accepted."""

    accepted: bool
    problem: str | None = None
    approval: ApprovalTerms | None = Field(
        default=None,
        exclude_if=lambda terms: terms is None,  # as above
        description="The terms of the approval that it needs; they stay these for the instance.",
    )


class Assignment(Frozen):
    """The assignment that stands for a task: the first one that was written."""

    task_id: str
    assignee: str
    task_execution_id: str = Field(description="The activity execution that wrote it.")


class Notification(Frozen):
    """What somebody is told."""

    task_id: str = Field(description="What it is about: the task, or the instance or application that has one.")
    assignee: str = Field(description="Who is told.")
    text: str


class TaskResult(Frozen):
    """How the pipeline ended."""

    task_id: str
    status: Literal["completed", "rejected"]
    message: str
