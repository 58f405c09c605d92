import json
from typing import Annotated, Final
from uuid import uuid4

from fastapi import APIRouter, Body, Response

from api.dependencies import Actor, Control, Stopping, WorkflowPath
from api.durations import Wait
from api.openapi import Responses, problems
from api.payloads import json_bytes
from api.routes.answers import ACCEPTED, accepted, as_json
from durably.contracts.errors import (
    InstanceExistsError,
    InvalidInputError,
    PayloadTooLargeError,
    UnavailableError,
    UnknownWorkflowError,
)
from durably.contracts.instances import InstanceStatus, InstanceView, Scheduled, StartRequest, WorkflowList

_REFUSALS: Final = problems(UnknownWorkflowError, InvalidInputError, InstanceExistsError, PayloadTooLargeError)
_ENDED: Final[Responses] = {200: {"model": InstanceView, "description": "It ended within the wait."}}
_ANSWERS: Final = _REFUSALS | ACCEPTED | _ENDED
_INPUT: Final = "input"
_EXAMPLE: Final = {"instance_id": "task-7", "input": {"task_id": "7", "title": "Write report", "assignee": "ada"}}

router = APIRouter(tags=["workflows"])


@router.get("/workflows", response_model=WorkflowList, responses=problems())
async def list_workflows(control: Control) -> Response:
    """Everything that can be started: versions, and the JSON Schemas of input and result."""
    return as_json(await control.workflows())


@router.post("/workflows/{name}", status_code=202, response_model=Scheduled, responses=_ANSWERS)
async def start_workflow(
    name: WorkflowPath,
    request: Annotated[StartRequest, Body(examples=[_EXAMPLE])],
    control: Control,
    actor: Actor,
    stopping: Stopping,
    wait: Wait = None,
) -> Response:
    """Start a workflow by its name.

    Without an `instance_id` a new one is made. With one, asking again with the same input changes nothing. With `wait`
    an instance that ends within it is the answer, with 200; one that does not is told of with 202, as without.
    """
    instance_id, new = request.instance_id or uuid4().hex, request.instance_id is None
    payload = json_bytes(request.input, field=_INPUT)
    start = control.start(name, instance_id=instance_id, payload=payload, actor=actor, new=new, wait_s=wait or 0)
    try:
        if not wait:
            return accepted(await start, location=f"/instances/{instance_id}")
        async with stopping.long_poll():
            return _ended_or_accepted(await start, instance_id)
    except InvalidInputError as error:
        raise _inside_input(error) from None
    except UnavailableError as error:
        error.instance_id = instance_id  # it may have been started: with this id it is safe to ask again
        raise


def _ended_or_accepted(view: bytes, instance_id: str) -> Response:
    if InstanceStatus(json.loads(view)["status"]).has_ended:
        answer = as_json(view)
        answer.headers["Content-Location"] = f"/instances/{instance_id}"
        return answer
    receipt = Scheduled(instance_id=instance_id).model_dump_json().encode()
    return accepted(receipt, location=f"/instances/{instance_id}")


def _inside_input(error: InvalidInputError) -> InvalidInputError:
    """The worker's complaint, its fields named as they stand in this API's request."""
    errors = tuple({**wrong, "field": _field(wrong["field"])} for wrong in error.errors)
    return InvalidInputError(error.detail, instance_id=error.instance_id, errors=errors)


def _field(name: str) -> str:
    return name if name == _INPUT else f"{_INPUT}.{name}"  # the worker calls the whole input so, too
