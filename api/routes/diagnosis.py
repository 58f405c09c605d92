import asyncio
from datetime import UTC, datetime
from typing import Any, Final

from fastapi import APIRouter, Response

from api.dependencies import Control, InstancePath, Settings
from api.openapi import problems
from api.routes.answers import as_json
from durably.contracts.diagnosis import Diagnosis
from durably.contracts.errors import InstanceNotFoundError, NoWorkerError, UnavailableError, WorkerTimeoutError
from durably.contracts.workers import WorkerList
from durably.domain.diagnosis.outages import seen_from_api

_ANSWER_S: Final = 4.5
"""An answer that comes later than in five seconds is none to somebody on call."""

router = APIRouter()

_WHY: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The diagnosis, also where nobody who knows the instance answers."}
}


@router.get(
    "/instances/{instance_id}/why",
    response_model=Diagnosis,
    responses=problems(InstanceNotFoundError) | _WHY,
    tags=["instances"],
)
async def show_diagnosis(instance_id: InstancePath, control: Control, settings: Settings) -> Response:
    """Why an instance is where it is: one verdict, the evidence for it, and what to type next.

    Where no worker answers, or no sidecar, that is the verdict; whether there is such an instance nobody can say then.
    """
    try:
        async with asyncio.timeout(_ANSWER_S):
            return as_json(await control.why(instance_id))
    except TimeoutError:
        error: UnavailableError = WorkerTimeoutError("The worker did not answer in time.")
    except UnavailableError as caught:
        error = caught
    has_sidecar = settings.worker_app_id is not None
    found = seen_from_api(
        instance_id, error, now=datetime.now(UTC), namespace=settings.pod_namespace, has_sidecar=has_sidecar
    )
    return as_json(found.model_dump_json())


@router.get("/workers", response_model=WorkerList, responses=problems(), tags=["workers"])
async def list_workers(control: Control) -> Response:
    """The workers that are there, by what they last said of themselves: what they can run, and what they run now.

    A worker that was killed stands here for some seconds more. Without any worker the list is empty.
    """
    try:
        return as_json(await control.workers())
    except NoWorkerError as error:
        return as_json(WorkerList(workers=(), problem=error.detail).model_dump_json())
