from typing import Any, Final

from fastapi import APIRouter, Request, Response

from api.openapi import problems
from api.routes.answers import as_json
from durably.telemetry.probes import Readiness

_RETRY_S: Final = "2"

_READYZ: Final[dict[int | str, dict[str, Any]]] = {
    500: problems()[500],
    503: {
        "model": Readiness,
        "description": "Not ready",
        "headers": {"Retry-After": {"description": "Seconds.", "required": True, "schema": {"type": "integer"}}},
    },
}

router = APIRouter(tags=["probes"])


@router.get("/livez")
async def livez() -> dict[str, str]:
    """Whether this process should go on running."""
    return {"status": "alive"}


@router.get("/readyz", response_model=Readiness, responses=_READYZ)
async def readyz(request: Request) -> Response:
    """Whether this process can do its work, ping by ping."""
    readiness: Readiness = await request.app.state.pings.check()
    answer = as_json(readiness.model_dump_json())
    answer.status_code = readiness.http_status
    if answer.status_code != 200:  # noqa: PLR2004 - OK
        answer.headers["Retry-After"] = _RETRY_S
    return answer
