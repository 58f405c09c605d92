import json
from typing import Annotated, Final
from uuid import uuid4

from fastapi import APIRouter, Body, Response

from api.dependencies import Control, WorkflowPath
from api.openapi import problems
from api.routes.answers import ACCEPTED, accepted, as_json
from durably.contracts.errors import (
    InstanceExistsError,
    InvalidInputError,
    PayloadTooLargeError,
    UnknownWorkflowError,
)
from durably.contracts.instances import Scheduled, StartRequest, WorkflowList

_REFUSALS: Final = problems(UnknownWorkflowError, InvalidInputError, InstanceExistsError, PayloadTooLargeError)
_INPUT: Final = "input"
_EXAMPLE: Final = {"instance_id": "task-7", "input": {"task_id": "7", "title": "Write report", "assignee": "ada"}}

router = APIRouter(tags=["workflows"])


@router.get("/workflows", response_model=WorkflowList, responses=problems())
async def list_workflows(control: Control) -> Response:
    """Everything that can be started: versions, and the JSON Schemas of input and result."""
    return as_json(await control.workflows())


@router.post("/workflows/{name}", status_code=202, response_model=Scheduled, responses=_REFUSALS | ACCEPTED)
async def start_workflow(
    name: WorkflowPath, request: Annotated[StartRequest, Body(examples=[_EXAMPLE])], control: Control
) -> Response:
    """Start a workflow by its name.

    Without an `instance_id` a new one is made. With one, asking again with the same input changes nothing.
    """
    instance_id = request.instance_id or uuid4().hex
    payload = _payload(request)
    try:
        new = request.instance_id is None
        body = await control.start(name, instance_id=instance_id, payload=payload, new=new)
    except InvalidInputError as error:
        raise _inside_input(error) from None
    return accepted(body, location=f"/instances/{instance_id}")


def _payload(request: StartRequest) -> bytes:
    """The input in no more bytes than it came in, nearly: escaped or spaced out it could pass the worker's limit."""
    try:
        return json.dumps(request.input, allow_nan=False, ensure_ascii=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError) as error:
        wrong = {
            "field": _INPUT,
            "message": "has numbers or characters that JSON does not have, or is nested too deeply",
        }
        raise InvalidInputError("Look at: input.", errors=(wrong,)) from error


def _inside_input(error: InvalidInputError) -> InvalidInputError:
    """The worker's complaint, its fields named as they stand in this API's request."""
    errors = tuple({**wrong, "field": _field(wrong["field"])} for wrong in error.errors)
    return InvalidInputError(error.detail, instance_id=error.instance_id, errors=errors)


def _field(name: str) -> str:
    return name if name == _INPUT else f"{_INPUT}.{name}"  # the worker calls the whole input so, too
