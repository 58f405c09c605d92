"""The task pipeline: its input, what its activities pass on, its result."""

from typing import Literal

from pydantic import Field

from durably.contracts.ids import TaskId
from durably.contracts.model import Frozen


class TaskRequest(Frozen):
    """A task to be processed.

    A missing or empty title or assignee is not malformed: the workflow looks at it and ends `rejected`.
    """

    task_id: TaskId = Field(description="Identifies the task; processing it twice changes nothing.")
    title: str | None = Field(default=None, max_length=1_000, description="What is to be done.")
    assignee: str | None = Field(default=None, max_length=200, description="Who is to do it.")


class Validation(Frozen):
    """What `validate_task` decided; `problem` says why a task was not accepted."""

    accepted: bool
    problem: str | None = None


class Assignment(Frozen):
    """The assignment that stands for a task: the first one that was written."""

    task_id: str
    assignee: str
    task_execution_id: str = Field(description="The activity execution that wrote it.")


class Notification(Frozen):
    """What the assignee is told."""

    task_id: str
    assignee: str
    text: str


class TaskResult(Frozen):
    """How the pipeline ended."""

    task_id: str
    status: Literal["completed", "rejected"]
    message: str
