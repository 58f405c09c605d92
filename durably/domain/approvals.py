"""Decisions about approvals: who may vote, what a vote changes, what happens when a time has come."""

from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError

from durably.contracts.approvals import ApprovalRequest, Decision, Outcome, PendingApproval, Vote
from durably.contracts.tasks import Notification

MomentKind = Literal["reminder", "escalation", "deadline"]
_BY_POLICY: dict[str, Outcome] = {"approve": "approved", "reject": "rejected"}


class Moment(NamedTuple):
    """When something happens next if nobody votes, and what."""

    at: datetime
    kind: MomentKind


def opened(request: ApprovalRequest, at: datetime) -> PendingApproval:
    """The approval at the moment of asking."""
    return PendingApproval(
        subject=request.subject,
        approvers=request.approvers,
        required=request.required,
        since=at,
        until=at + timedelta(seconds=request.deadline_s),
    )


def refusal(pending: PendingApproval, by: str) -> str | None:
    """Why a vote of somebody would change nothing, or None where it counts."""
    if pending.decision is not None:
        return f"It is {pending.decision.outcome} already."
    if by not in pending.approvers:
        return f"{by} is not among those who may vote."
    if any(vote.by == by for vote in pending.votes):
        return f"{by} has voted already; the first vote stands."
    return None


def considered(pending: PendingApproval, payload: Any) -> PendingApproval:
    """The approval after an event that is meant as a vote; what cannot count is counted as refused."""
    if pending.decision is not None:
        return pending
    try:
        vote = Vote.model_validate(payload)
    except ValidationError:
        return refused(pending)
    if refusal(pending, vote.by) is not None:
        return refused(pending)
    voted = pending.model_copy(update={"votes": (*pending.votes, vote)})
    return voted.model_copy(update={"decision": _by_people(voted)})


def refused(pending: PendingApproval) -> PendingApproval:
    """The approval after an event that changes nothing; that it came can be seen."""
    return pending.model_copy(update={"refused": pending.refused + 1})


def _by_people(pending: PendingApproval) -> Decision | None:
    """What the votes decide: the last one rejects alone, enough approve together, else nothing yet."""
    last = pending.votes[-1]
    if not last.approve:
        return Decision(outcome="rejected", by=(last.by,), reason=last.reason, decided_by="people")
    if len(pending.votes) < pending.required:
        return None
    reasons = "; ".join(vote.reason for vote in pending.votes if vote.reason)
    by = tuple(vote.by for vote in pending.votes)
    return Decision(outcome="approved", by=by, reason=reasons, decided_by="people")


def next_moment(request: ApprovalRequest, pending: PendingApproval) -> Moment:
    """What happens next if nobody votes. A reminder comes before an escalation at the same time."""
    moments = [Moment(pending.until, "deadline")]
    if request.escalate_after_s is not None and not pending.escalated:
        moments.insert(0, Moment(pending.since + timedelta(seconds=request.escalate_after_s), "escalation"))
    if request.remind_after_s is not None:
        after = timedelta(seconds=request.remind_after_s) * (pending.reminders + 1)
        moments.insert(0, Moment(pending.since + after, "reminder"))
    in_time = [moment for moment in moments if moment.kind == "deadline" or moment.at < pending.until]
    return min(in_time, key=lambda moment: moment.at)


def passed(request: ApprovalRequest, pending: PendingApproval, kind: MomentKind) -> PendingApproval:
    """The approval after a moment that came before enough votes did."""
    if pending.decision is not None:
        return pending
    if kind == "reminder":
        return pending.model_copy(update={"reminders": pending.reminders + 1})
    if kind == "escalation":
        everybody = (*pending.approvers, *request.escalate_to)
        return pending.model_copy(update={"approvers": everybody, "escalated": True})
    return pending.model_copy(update={"decision": _by_policy(request, pending)})


def _by_policy(request: ApprovalRequest, pending: PendingApproval) -> Decision:
    reason = f"{len(pending.votes)} of {pending.required} approvals by the deadline"
    return Decision(outcome=_BY_POLICY[request.on_deadline], by=(), reason=reason, decided_by="policy")


def notices(
    request: ApprovalRequest, pending: PendingApproval, kind: MomentKind | None, *, about: str
) -> tuple[Notification, ...]:
    """Who is told what after a moment.

    Args:
        request: What was asked.
        pending: The approval after the moment.
        kind: The moment; None for that of asking.
        about: The instance that waits, which is where a vote is sent.
    """
    if kind == "deadline":
        return ()
    people = request.escalate_to if kind == "escalation" else pending.approvers
    waiting = [person for person in people if refusal(pending, person) is None]
    text = f"{_OPENINGS[kind]}: {request.subject}. Decide by {pending.until:%Y-%m-%d %H:%M} UTC."
    return tuple(Notification(task_id=about, assignee=person, text=text) for person in waiting)


_OPENINGS: dict[MomentKind | None, str] = {
    None: "Your approval is asked for",
    "reminder": "Your approval is still waited for",
    "escalation": "Nobody has decided yet, so your approval is asked for",
}


def told(decision: Decision) -> str:
    """A decision in words."""
    who = ", ".join(decision.by) if decision.by else "policy"
    because = f": {decision.reason}" if decision.reason else ""
    return f"{decision.outcome.capitalize()} by {who}{because}"
