from fastapi import APIRouter, Response

from api.dependencies import Control
from api.openapi import problems
from api.routes.answers import as_accepted, as_json
from durably.contracts.listing import IndexState

router = APIRouter(tags=["index"], responses=problems())


@router.get("/index", response_model=IndexState)
async def show_index(control: Control) -> Response:
    """The index that lists come from, as the worker has it that answers. Each worker has all of it."""
    return as_json(await control.index())


@router.post("/index/rebuild", status_code=202, response_model=IndexState)
async def rebuild_index(control: Control) -> Response:
    """Read every instance from the engine, and mend what the index says of it.

    It goes on in the worker that answers; `GET /index` tells when that one, by its `worker`, is no longer at it. Asking
    twice does no harm.
    """
    return as_accepted(await control.rebuild_index())
