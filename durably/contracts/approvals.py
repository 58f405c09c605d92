"""Approvals: what is asked of people, what they answer, and what came of it."""

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import Field, StrictBool, StringConstraints, model_validator

from durably.contracts.model import Frozen

MAX_REMINDERS: Final = 100
"""Each reminder stands in the history, so a wait of days cannot be filled with one every second."""

MAX_VOTE_REASON: Final = 1_000

Person = Annotated[str, StringConstraints(min_length=1, max_length=200)]
"""How somebody is known: to the notifier, and by the token that a vote comes with."""
People = Annotated[tuple[Person, ...], Field(max_length=50)]
Seconds = Annotated[float, Field(gt=0, le=31_536_000, allow_inf_nan=False)]
Outcome = Literal["approved", "rejected"]


class ApprovalTerms(Frozen):
    """Who decides, by when, and what happens if nobody does; all times count from the moment of asking."""

    approvers: Annotated[People, Field(min_length=1)] = Field(description="Who may vote, and is asked.")
    required: int = Field(default=1, ge=1, description="Approvals that it takes; one rejection rejects.")
    deadline_s: Seconds = Field(description="Seconds until `on_deadline` decides.")
    remind_after_s: Seconds | None = Field(
        default=None, description="Seconds after which those who have not voted are reminded, each time anew."
    )
    escalate_to: People = Field(
        default=(), description="Who may vote as well from the escalation on, and is then asked."
    )
    escalate_after_s: Seconds | None = Field(default=None, description="Seconds until the escalation.")
    on_deadline: Literal["approve", "reject"] = Field(description="What is decided if people have not by the deadline.")

    @model_validator(mode="after")
    def _can_be_kept(self) -> Self:
        if len({*self.approvers, *self.escalate_to}) < len(self.approvers) + len(self.escalate_to):
            raise ValueError("nobody may stand twice among approvers and escalate_to")
        if self.required > len(self.approvers):
            raise ValueError("required is more than there are approvers")
        if bool(self.escalate_to) != (self.escalate_after_s is not None):
            raise ValueError("escalate_to and escalate_after_s go together")
        if self.escalate_after_s is not None and self.escalate_after_s >= self.deadline_s:
            raise ValueError("escalate_after_s has to be before the deadline")
        if self.remind_after_s is not None and self.deadline_s / self.remind_after_s > MAX_REMINDERS:
            raise ValueError(f"remind_after_s makes more than {MAX_REMINDERS} reminders")
        return self


class ApprovalRequest(ApprovalTerms):
    """A question to people."""

    subject: str = Field(min_length=1, max_length=500, description="What is to be decided, in one line for people.")


class Vote(Frozen):
    """What one person says; the payload of the event `approval`."""

    by: Person
    approve: StrictBool
    reason: str = Field(default="", max_length=MAX_VOTE_REASON)


class VoteRequest(Frozen):
    """A vote as it is asked for; whose it is says the caller's identity, never the body."""

    approve: StrictBool
    reason: str = Field(default="", max_length=MAX_VOTE_REASON)


class Decision(Frozen):
    """What came of it; `by` is empty where policy decided."""

    outcome: Outcome
    by: tuple[str, ...]
    reason: str
    decided_by: Literal["people", "policy"]


class PendingApproval(Frozen):
    """Where an approval stands; the custom status of the instance that waits for it, as JSON."""

    subject: str
    approvers: tuple[str, ...] = Field(description="Who may vote now; since an escalation with those it went to.")
    required: int
    votes: tuple[Vote, ...] = Field(default=(), description="The first vote of each person, oldest first.")
    since: datetime
    until: datetime
    reminders: int = Field(default=0, description="How often people were reminded.")
    escalated: bool = False
    refused: int = Field(default=0, description="Events that were no vote, or not of somebody who might still vote.")
    undelivered: int = Field(
        default=0, description="Notifications that reached nobody; the question stands all the same."
    )
    decision: Decision | None = Field(default=None, description="Set once nothing is waited for any more.")
