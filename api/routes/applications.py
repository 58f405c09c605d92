from typing import Final

from fastapi import APIRouter, Response

from api.dependencies import Actor, Control
from api.openapi import problems
from api.routes.answers import ACCEPTED, accepted
from durably.contracts.applications import ApplicationRequest
from durably.contracts.errors import InstanceExistsError, InvalidInputError, PayloadTooLargeError
from durably.contracts.ids import application_instance_id
from durably.contracts.instances import Scheduled
from durably.contracts.names import JOB_APPLICATION

_REFUSALS: Final = problems(InvalidInputError, InstanceExistsError, PayloadTooLargeError)

router = APIRouter(tags=["applications"])


@router.post("/applications", status_code=202, response_model=Scheduled, responses=_REFUSALS | ACCEPTED)
async def apply(application: ApplicationRequest, control: Control, actor: Actor) -> Response:
    """Apply for a position.

    Screens the application, scores it, has people review it where the score is neither high nor low, schedules an
    interview or rejects, and tells the candidate. Sending the same application again changes nothing.
    """
    instance_id = application_instance_id(application.application_id)
    payload = application.model_dump_json().encode()
    body = await control.start(JOB_APPLICATION, instance_id=instance_id, payload=payload, actor=actor)
    return accepted(body, location=f"/instances/{instance_id}")
