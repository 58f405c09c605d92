from typing import Annotated, Any, Final

from fastapi import APIRouter, Header, Response
from fastapi.responses import StreamingResponse

from api.dependencies import CallerStanding, Control, InstancePath, Stopping
from api.following import Following
from api.openapi import problems
from durably.contracts.errors import InstanceNotFoundError, InvalidInputError

_HEADERS: Final = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
"""Nobody on the way keeps or collects what is to arrive at once."""

_NOTHING: Final = -1

LastEventId = Annotated[
    int,
    Header(
        alias="Last-Event-ID",
        ge=_NOTHING,
        le=2**31 - 1,
        description="The id of the last `history` event that has arrived.",
    ),
]


class EventStream(StreamingResponse):
    """Server-sent events."""

    media_type = "text/event-stream"


_EVENT: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "event": {"type": "string", "enum": ["instance", "history", "problem", "end"]},
        "data": {"type": "string", "contentMediaType": "application/json"},
        "id": {"type": "string"},
        "retry": {"type": "integer"},
    },
}
_ANSWERS: Final[dict[int | str, dict[str, Any]]] = {
    200: {"description": "The stream.", "content": {EventStream.media_type: {"itemSchema": _EVENT}}}
}

router = APIRouter(tags=["instances"])


@router.get(
    "/instances/{instance_id}/events",
    response_class=Response,  # with its own the framework would say that the stream is one text
    responses=problems(InstanceNotFoundError, InvalidInputError) | _ANSWERS,
)
async def follow(
    instance_id: InstancePath,
    control: Control,
    stopping: Stopping,
    standing: CallerStanding,
    last_event_id: LastEventId = _NOTHING,
) -> Response:
    """Follow an instance to its end, as server-sent events.

    `instance` is the instance without its input, at once and at each change, which arrives within a second. `history`
    is one event of its history, its `id` the place there, from 0. `end` is the whole instance once it has ended; then
    the stream closes. `problem` says that the worker is away, and the stream goes on when it is back; or that the
    instance was purged, or the caller's key or token is not good any more, and the stream closes. A stream that closes
    without `end` or `problem` can be taken up again.
    """
    following = Following(control, stopping, standing, instance_id, after=last_event_id)
    first = await following.look()  # what is wrong from the beginning is an answer of its own
    return EventStream(following.events(first), headers=_HEADERS)
