from typing import Annotated, Final

from fastapi import APIRouter, Query, Request, Response

from api.dependencies import Control
from api.openapi import problems
from api.routes.answers import as_json
from durably.contracts.errors import InvalidInputError
from durably.contracts.listing import ApprovalQuery, CountQuery, Counts, InstancePage, InstanceQuery, PendingApprovals

_REFUSALS: Final = problems(InvalidInputError)

router = APIRouter()


@router.get("/instances", response_model=InstancePage, responses=_REFUSALS, tags=["instances"])
async def list_instances(_: Annotated[InstanceQuery, Query()], request: Request, control: Control) -> Response:
    """Instances, newest first, page by page.

    What was started or has changed a moment ago may be missing, or stand there as it was. Pages are stable: an
    instance that is there all the time stands on exactly one of them.
    """
    return as_json(await control.listed("instances", request.query_params.multi_items()))


@router.get("/instances/counts", response_model=Counts, responses=_REFUSALS, tags=["instances"])
async def count_instances(_: Annotated[CountQuery, Query()], request: Request, control: Control) -> Response:
    """How many instances there are, by workflow and status."""
    return as_json(await control.listed("instances/counts", request.query_params.multi_items()))


@router.get("/approvals", response_model=PendingApprovals, responses=_REFUSALS, tags=["approvals"])
async def list_approvals(_: Annotated[ApprovalQuery, Query()], request: Request, control: Control) -> Response:
    """What waits for people: since when, until when, and who may decide; oldest deadline first."""
    return as_json(await control.listed("approvals", request.query_params.multi_items()))
