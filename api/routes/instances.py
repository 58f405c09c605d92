from fastapi import APIRouter, Response

from api.dependencies import Control, InstancePath, Stopping
from api.durations import Wait
from api.openapi import problems
from api.routes.answers import as_json
from durably.contracts.errors import InstanceNotFoundError, InvalidInputError
from durably.contracts.instances import History, InstanceView
from durably.contracts.recordings import Recording
from durably.contracts.refusals import HistoryTooLongError
from durably.contracts.replays import StepThrough

router = APIRouter(tags=["instances"])


@router.get(
    "/instances/{instance_id}",
    response_model=InstanceView,
    responses=problems(InstanceNotFoundError, InvalidInputError),
)
async def show_instance(instance_id: InstancePath, control: Control, stopping: Stopping, wait: Wait = None) -> Response:
    """One instance: where it stands, its input, its output or its failure."""
    if not wait:
        return as_json(await control.instance(instance_id))
    async with stopping.long_poll():
        return as_json(await control.instance(instance_id, wait_s=wait))


@router.get("/instances/{instance_id}/history", response_model=History, responses=problems(InstanceNotFoundError))
async def show_history(instance_id: InstancePath, control: Control) -> Response:
    """Everything that was recorded for an instance, oldest first."""
    return as_json(await control.history(instance_id))


@router.get("/instances/{instance_id}/recording", response_model=Recording, responses=problems(InstanceNotFoundError))
async def record_history(instance_id: InstancePath, control: Control) -> Response:
    """The history of an instance as a file that `durably replay` runs code against."""
    return as_json(await control.recording(instance_id))


@router.get(
    "/instances/{instance_id}/replay",
    response_model=StepThrough,
    responses=problems(InstanceNotFoundError, HistoryTooLongError),
)
async def step_through(instance_id: InstancePath, control: Control) -> Response:
    """The history of an instance, replayed with the code of the worker that answers: what the code saw at each step.

    Nothing happens to the instance. A history of more than 1,000 events is refused; `durably replay` takes any.
    """
    return as_json(await control.replay(instance_id))
