import json
from typing import Final

from fastapi import APIRouter, Response

from api.dependencies import Actor, Control, InstancePath
from api.openapi import problems
from api.routes.answers import ACCEPTED, accepted, as_json
from durably.contracts.errors import (
    InstanceExistsError,
    InstanceNotFoundError,
    InvalidInputError,
    PayloadTooLargeError,
)
from durably.contracts.ids import task_instance_id
from durably.contracts.instances import InstanceStatus, Scheduled
from durably.contracts.model import Frozen
from durably.contracts.names import TASK_PROCESSING
from durably.contracts.tasks import TaskRequest, TaskResult

_REFUSALS: Final = problems(InvalidInputError, InstanceExistsError, PayloadTooLargeError)

router = APIRouter(tags=["tasks"])


class TaskFailure(Frozen):
    """Why a task's workflow failed."""

    type: str
    message: str


class TaskStatus(Frozen):
    """Where a task stands; `output` once it is completed, `failure` if it failed."""

    instance_id: str
    status: InstanceStatus
    output: TaskResult | None = None
    failure: TaskFailure | None = None


@router.post("/tasks/process", status_code=202, response_model=Scheduled, responses=_REFUSALS | ACCEPTED)
async def process_task(task: TaskRequest, control: Control, actor: Actor) -> Response:
    """Process a task.

    Validates it, assigns it, notifies the assignee. A task without title or assignee is accepted here and ends
    `rejected`. Asking again with the same task changes nothing.
    """
    instance_id = task_instance_id(task.task_id)
    payload = task.model_dump_json().encode()
    body = await control.start(TASK_PROCESSING, instance_id=instance_id, payload=payload, actor=actor)
    return accepted(body, location=f"/tasks/{instance_id}/status")


@router.get("/tasks/{instance_id}/status", response_model=TaskStatus, responses=problems(InstanceNotFoundError))
async def task_status(instance_id: InstancePath, control: Control) -> Response:
    """Where a task stands."""
    view = json.loads(await control.instance(instance_id))
    if view["workflow"] not in {TASK_PROCESSING, ""}:  # without a name as long as its first turn has not run
        raise InstanceNotFoundError(f"Instance {instance_id} is no task; see /instances.", instance_id=instance_id)
    status = {"instance_id": view["instance_id"], "status": view["status"]}
    if view["status"] == InstanceStatus.COMPLETED:
        status["output"] = view["output"]
    if failure := view.get("failure"):
        status["failure"] = {"type": failure["type"], "message": failure["message"]}
    return as_json(json.dumps(status))
