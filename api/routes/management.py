from typing import Annotated, Final
from uuid import uuid4

from fastapi import APIRouter, Path, Response

from api.dependencies import Actor, Control, InstancePath
from api.openapi import problems
from api.payloads import json_bytes
from api.routes.answers import ACCEPTED, accepted, as_accepted
from durably.contracts.errors import (
    InstanceEndedError,
    InstanceExistsError,
    InstanceNotFoundError,
    InvalidInputError,
    PayloadTooLargeError,
    UnavailableError,
)
from durably.contracts.instances import Scheduled
from durably.contracts.management import Because, Requested, RerunRequest
from durably.contracts.refusals import InstanceCompletedError, NothingToRerunError

_CHANGE: Final = problems(InstanceNotFoundError, InstanceEndedError, InvalidInputError, PayloadTooLargeError)
_RERUN: Final = problems(
    InstanceNotFoundError,
    InstanceEndedError,
    InstanceExistsError,
    NothingToRerunError,
    InstanceCompletedError,
    InvalidInputError,
    PayloadTooLargeError,
)
_PURGE: Final = problems(InstanceNotFoundError, InstanceEndedError)

PurgePath = Annotated[str, Path(description="The instance's id.", examples=["task-8"])]
"""Not the example of other routes: whoever tries one route after the other would find nothing any more."""

router = APIRouter(tags=["instances"])


@router.post("/instances/{instance_id}/pause", status_code=202, response_model=Requested, responses=_CHANGE)
async def pause(instance_id: InstancePath, control: Control, actor: Actor, because: Because | None = None) -> Response:
    """Pause an instance: what comes in is recorded, and nothing is done about it. Pausing twice changes nothing."""
    return as_accepted(await control.steer(instance_id, "pause", _reason(because), actor=actor))


@router.post("/instances/{instance_id}/resume", status_code=202, response_model=Requested, responses=_CHANGE)
async def resume(instance_id: InstancePath, control: Control, actor: Actor, because: Because | None = None) -> Response:
    """Let a paused instance go on. One that is not paused goes on as it was."""
    return as_accepted(await control.steer(instance_id, "resume", _reason(because), actor=actor))


@router.post("/instances/{instance_id}/terminate", status_code=202, response_model=Requested, responses=_CHANGE)
async def terminate(
    instance_id: InstancePath, control: Control, actor: Actor, because: Because | None = None
) -> Response:
    """End an instance, and its children, where they stand: nothing is compensated.

    An activity that runs at that moment runs to its end. Who ended it, and why, becomes the output.
    """
    return as_accepted(await control.steer(instance_id, "terminate", _reason(because), actor=actor))


@router.post("/instances/{instance_id}/rerun", status_code=202, response_model=Scheduled, responses=_RERUN | ACCEPTED)
async def rerun(
    instance_id: InstancePath, control: Control, actor: Actor, request: RerunRequest | None = None
) -> Response:
    """Run an instance that has ended again, as a new one, from one of its events on.

    What was done before that event is taken over, and not done again. Without `from_event` it begins with the activity
    whose failure ended the instance, or else with the first event that can be repeated. A child cannot be rerun; its
    parent can. One that completed is rerun only where `again` says so. Asking again with the same `instance_id`, event
    and input changes nothing. The new history says what it is a rerun of.
    """
    given = (request or RerunRequest()).model_dump(exclude_unset=True)
    new_id = given["instance_id"] = given.get("instance_id") or uuid4().hex
    try:
        body = await control.rerun(instance_id, json_bytes(given, field="input", around=1), actor=actor)
    except UnavailableError as error:
        error.instance_id = new_id  # it may have been started: whether it is there tells
        raise
    return accepted(body, location=f"/instances/{new_id}")


@router.delete("/instances/{instance_id}", status_code=204, responses=_PURGE)
async def purge(instance_id: PurgePath, control: Control, actor: Actor) -> Response:
    """Forget an instance that has ended or is stalled, its history, and its children."""
    await control.purge(instance_id, actor=actor)
    return Response(status_code=204)


def _reason(because: Because | None) -> bytes:
    return (because or Because()).model_dump_json().encode()
