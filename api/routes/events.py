from typing import Annotated, Any, Final

from fastapi import APIRouter, Body, Path, Response

from api.dependencies import Actor, Control, InstancePath
from api.openapi import problems
from api.payloads import json_bytes
from api.routes.answers import as_accepted
from durably.contracts.approvals import VoteRequest
from durably.contracts.errors import (
    InstanceEndedError,
    InstanceNotFoundError,
    InvalidInputError,
    PayloadTooLargeError,
)
from durably.contracts.management import Requested
from durably.contracts.names import APPROVAL
from durably.contracts.refusals import (
    AlreadyVotedError,
    ApprovalClosedError,
    InstancePausedError,
    NoApprovalError,
    NotAnApproverError,
)
from durably.domain.votes import is_vote, passes_for_vote

_COMMON: Final = (InstanceNotFoundError, InvalidInputError, PayloadTooLargeError)
_VOTE: Final = problems(
    *_COMMON, ApprovalClosedError, AlreadyVotedError, InstancePausedError, NoApprovalError, NotAnApproverError
)
_ANY: Final = problems(*_COMMON, InstanceEndedError)
_NAME: Final = r"^[^/\\%?#.\x00-\x1f\x7f][^/\\%?#\x00-\x1f\x7f]*$"

EventPath = Annotated[
    str,
    Path(
        description="What the workflow waits for, in any case. Nothing that reads like a vote, and none of "
        "`/ \\ % ? #`, so a workflow should not wait for a name with one of them.",
        max_length=200,
        pattern=_NAME,
        examples=["go"],
    ),
]

router = APIRouter()


@router.post(
    f"/instances/{{instance_id}}/events/{APPROVAL}",
    status_code=202,
    response_model=Requested,
    responses=_VOTE,
    tags=["approvals"],
)
async def vote(instance_id: InstancePath, request: VoteRequest, control: Control, actor: Actor) -> Response:
    """Approve or reject what an instance asks for.

    The vote is the caller's own. One that comes too late, or after another one of the same person, changes nothing. Of
    two people's that come at the same moment the workflow counts the one that it gets first. A paused instance takes
    none.
    """
    payload = request.model_dump_json().encode()
    return as_accepted(await control.raise_event(instance_id, APPROVAL, payload, actor=actor))


@router.post(
    "/instances/{instance_id}/events/{name}",
    status_code=202,
    response_model=Requested,
    responses=_ANY,
    tags=["instances"],
)
async def raise_event(
    instance_id: InstancePath,
    name: EventPath,
    control: Control,
    actor: Actor,
    payload: Annotated[Any, Body(description="Whatever the workflow expects.", examples=[{"approved": True}])] = None,
) -> Response:
    """Give an instance an event; one that it does not wait for yet is kept until it does.

    An event whose 503 came from a lost answer may have arrived; sent again it arrives twice.
    """
    if is_vote(name) or passes_for_vote(name):  # a vote needs the approver's own route, and nobody is to see one here
        wrong = {"field": "name", "message": f"is, or looks like, a vote, which is written {APPROVAL}"}
        raise InvalidInputError("Look at: name.", errors=(wrong,))
    body = None if payload is None else json_bytes(payload, field="body")
    return as_accepted(await control.raise_event(instance_id, name, body, actor=actor))
