from dataclasses import dataclass
from typing import Final

from pydantic import Field
from pydantic_settings import BaseSettings

from durably.contracts.applications import ScreeningPolicy
from durably.contracts.approvals import ApprovalTerms
from durably.contracts.orders import OrderTerms
from durably.contracts.tasks import MAX_PRIORITY, TaskTerms

_DAY_S: Final = 86_400


@dataclass(frozen=True, slots=True)
class Policies:
    """What is in force for instances that begin now: each keeps, in its history, what it began with.

    Attributes:
        tasks: Which tasks have to be approved, and by whom.
        orders: Which orders have to be approved, and by whom.
        screening: How job applications are judged.
    """

    tasks: TaskTerms
    orders: OrderTerms
    screening: ScreeningPolicy


class PolicySettings(BaseSettings):
    """The settings that are about the business and not about the process; part of `worker.settings`."""

    task_approval_above: int = Field(
        default=7, ge=0, le=MAX_PRIORITY, description="Tasks whose priority is above this wait for approval."
    )
    task_approval: ApprovalTerms = Field(
        default=ApprovalTerms(approvers=("team-leads",), deadline_s=_DAY_S, on_deadline="reject"),
        description="Who approves them, by when, and what happens if nobody does, as JSON.",
    )
    order_approval_limit_cents: int = Field(
        default=100_000, ge=0, description="Orders above this total, in cents of their currency, wait for approval."
    )
    order_approval: ApprovalTerms = Field(
        default=ApprovalTerms(approvers=("orders",), deadline_s=3 * _DAY_S, on_deadline="reject"),
        description="Who approves them, by when, and what happens if nobody does, as JSON.",
    )
    screening: ScreeningPolicy = Field(
        default=ScreeningPolicy(),
        description="How job applications are judged, as JSON; what it does not say keeps its default. An application"
        " keeps the policy that it began with.",
    )

    @property
    def policies(self) -> Policies:
        """What is in force for instances that begin now."""
        return Policies(
            tasks=TaskTerms(approval_above=self.task_approval_above, approval=self.task_approval),
            orders=OrderTerms(approval_limit_cents=self.order_approval_limit_cents, approval=self.order_approval),
            screening=self.screening,
        )
