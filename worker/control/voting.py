"""A vote that reaches a workflow is one that can count; what it makes of it is then looked at."""

import asyncio
from contextlib import suppress
from typing import Final

from durably.contracts.approvals import PendingApproval, Vote
from durably.contracts.errors import InstanceEndedError, InstanceNotFoundError, UnavailableError
from durably.contracts.instances import InstanceStatus
from durably.contracts.names import APPROVAL
from durably.contracts.refusals import ApprovalClosedError
from durably.domain.votes import check_vote, verdict
from worker.control.desk import Desk

_LOOKS_S: Final = (0.02, 0.05, 0.1, 0.2, 0.3, 0.3)
"""Pauses before each look at what became of a vote: a workflow takes its turn within milliseconds, or it waits for a
worker, and nobody should wait for that. No engine tells of a turn that does not end the instance."""


async def vote(desk: Desk, instance_id: str, cast: Vote) -> None:
    """Give a workflow a vote.

    Of two votes at once the workflow decides which one came first. Whoever was second is told so if the workflow says
    it soon; one that says nothing, such as a paused one, has the vote and may still count it.

    Args:
        desk: What it works with.
        instance_id: The instance that asks.
        cast: The vote; not validated, since nobody who is asked can have a name that is none.

    Raises:
        DurablyError: See `durably.domain.votes.check_vote`, and as for `EngineClient.raise_event`.
    """
    asked = await desk.bounded(_raised(desk, instance_id, cast))
    with suppress(UnavailableError, InstanceNotFoundError):
        await _considered(desk, instance_id, asked, cast)


async def _raised(desk: Desk, instance_id: str, cast: Vote) -> PendingApproval:
    asked = check_vote(await desk.engine.get(instance_id), cast.by, desk.clock())
    try:
        await desk.engine.raise_event(instance_id, APPROVAL, cast.model_dump(mode="json"))
    except InstanceEndedError as error:
        raise ApprovalClosedError(error.detail, instance_id=instance_id) from error
    return asked


async def _considered(desk: Desk, instance_id: str, asked: PendingApproval, cast: Vote) -> None:
    for pause_s in _LOOKS_S:
        await asyncio.sleep(pause_s)
        view = await desk.bounded(desk.engine.get(instance_id))
        found = verdict(asked, cast, view)
        if isinstance(found, Exception):
            raise found
        if found or view.status is InstanceStatus.SUSPENDED:
            return
