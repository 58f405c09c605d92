from fastapi import APIRouter, Request, Response

from durably.telemetry.metrics import CONTENT_TYPE, exposition

router = APIRouter(tags=["probes"])


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
async def metrics(request: Request) -> Response:
    """Everything that Prometheus reads."""
    return Response(exposition(request.app.state.registry), media_type=CONTENT_TYPE)
