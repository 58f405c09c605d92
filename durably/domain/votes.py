"""Decisions about votes before they reach a workflow, which itself counts nothing that comes too late or twice."""

import unicodedata
from datetime import datetime
from typing import Final

from pydantic import ValidationError

from durably.contracts.approvals import PendingApproval, Vote
from durably.contracts.errors import DurablyError
from durably.contracts.instances import InstanceStatus, InstanceView
from durably.contracts.names import APPROVAL
from durably.contracts.refusals import (
    AlreadyVotedError,
    ApprovalClosedError,
    InstancePausedError,
    NoApprovalError,
    NotAnApproverError,
)

_UNSEEN: Final = frozenset(
    chr(each)
    for span in (
        (0x034F,),
        range(0x115F, 0x1161),
        range(0x17B4, 0x17B6),
        range(0x180B, 0x1810),
        (0x2800,),
        (0x3164,),
        range(0xFE00, 0xFE10),
        (0xFFA0,),
        range(0xE0100, 0xE01F0),
    )
    for each in span
)
"""Characters that nobody sees, though Unicode counts them among letters, marks and symbols."""


def is_vote(event: str) -> bool:
    """Whether an event is one; workflows know events by their names without regard to case."""
    return event.casefold() == APPROVAL


def passes_for_vote(event: str) -> bool:
    """Whether people would take an event for a vote that workflows do not: for spaces, or what nobody sees in it."""
    return not is_vote(event) and _as_read(event) == APPROVAL


def _as_read(name: str) -> str:
    """A name as it looks: compatibility forms as what they stand for, without case, spaces and invisible characters."""
    looks = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(each for each in looks if each not in _UNSEEN and unicodedata.category(each)[0] not in "CZ")


def asked_by(view: InstanceView) -> PendingApproval | None:
    """The approval that an instance shows in its custom status, decided or not."""
    try:
        return PendingApproval.model_validate_json(view.custom_status or "")
    except ValidationError:
        return None


def check_vote(view: InstanceView, by: str, now: datetime) -> PendingApproval:
    """The approval that a vote of somebody counts for.

    Raises:
        ApprovalClosedError: It is decided, its deadline is over, or the instance has ended.
        InstancePausedError: It is paused, so it could not say what becomes of the vote.
        NoApprovalError: The instance asks nobody.
        NotAnApproverError: Others are asked.
        AlreadyVotedError: They have voted before.
    """
    instance_id, pending = view.instance_id, asked_by(view)
    if view.status.has_ended:
        raise _ended(view)
    if view.status is InstanceStatus.SUSPENDED:
        raise InstancePausedError(
            f"Instance {instance_id} is paused and counts no votes; resume it first.", instance_id=instance_id
        )
    if pending is None:
        raise NoApprovalError(f"Instance {instance_id} asks for no approval now.", instance_id=instance_id)
    if pending.decision is not None:
        raise _decided(pending, instance_id)
    if now >= pending.until:
        raise ApprovalClosedError(f"The deadline was {pending.until:%Y-%m-%d %H:%M:%S} UTC.", instance_id=instance_id)
    if by not in pending.approvers:
        raise NotAnApproverError(f"{by} is not among those who may vote now.", instance_id=instance_id)
    if any(vote.by == by for vote in pending.votes):
        raise twice(by, instance_id)
    return pending


def verdict(asked: PendingApproval, cast: Vote, view: InstanceView) -> DurablyError | bool:
    """What became of a vote, as far as the instance shows it.

    Args:
        asked: The approval before the vote.
        cast: The vote.
        view: The instance after it.

    Returns:
        An error if something else came first; true if the vote counts, or nobody can tell any more; false if it has not
        been looked at yet.
    """
    shown = asked_by(view)
    if shown is None or shown.since != asked.since:
        return True
    standing = next((vote for vote in shown.votes if vote.by == cast.by), None)
    if standing is not None:
        return standing == cast or twice(cast.by, view.instance_id)
    if shown.decision is not None:
        return _decided(shown, view.instance_id)
    return _ended(view) if view.status.has_ended else False


def _decided(pending: PendingApproval, instance_id: str) -> ApprovalClosedError:
    outcome = pending.decision.outcome if pending.decision else "decided"
    return ApprovalClosedError(f"It is {outcome} already.", instance_id=instance_id)


def _ended(view: InstanceView) -> ApprovalClosedError:
    return ApprovalClosedError(f"Instance {view.instance_id} has ended: {view.status}.", instance_id=view.instance_id)


def twice(by: str, instance_id: str) -> AlreadyVotedError:
    """The refusal of a vote of somebody who has voted before."""
    return AlreadyVotedError(f"{by} has voted already; the first vote stands.", instance_id=instance_id)
