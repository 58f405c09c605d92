"""What the built-in packages can be told; the worker's own settings are in `worker.settings`."""

from typing import Annotated, Final

from pydantic import AnyHttpUrl, Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from durably.contracts.applications import ScreeningPolicy
from durably.contracts.approvals import ApprovalTerms
from durably.contracts.orders import OrderTerms
from durably.contracts.tasks import MAX_PRIORITY, TaskTerms

_DAY_S: Final = 86_400


class PackageSettings(BaseSettings):
    """What they have in common."""

    model_config = SettingsConfigDict(env_prefix="DURABLY_WORKER_", env_ignore_empty=True, frozen=True)


class TaskSettings(PackageSettings):
    """What the package `tasks` can be told."""

    task_approval_above: int = Field(
        default=7, ge=0, le=MAX_PRIORITY, description="Tasks whose priority is above this wait for approval."
    )
    task_approval: ApprovalTerms = Field(
        default=ApprovalTerms(approvers=("team-leads",), deadline_s=_DAY_S, on_deadline="reject"),
        description="Who approves them, by when, and what happens if nobody does, as JSON.",
    )

    @property
    def terms(self) -> TaskTerms:
        """What is in force for tasks that begin now."""
        return TaskTerms(approval_above=self.task_approval_above, approval=self.task_approval)


class OrderSettings(PackageSettings):
    """What the package `orders` can be told."""

    order_approval_limit_cents: int = Field(
        default=100_000, ge=0, description="Orders above this total, in cents of their currency, wait for approval."
    )
    order_approval: ApprovalTerms = Field(
        default=ApprovalTerms(approvers=("orders",), deadline_s=3 * _DAY_S, on_deadline="reject"),
        description="Who approves them, by when, and what happens if nobody does, as JSON.",
    )
    stock: dict[str, Annotated[int, Field(ge=0)]] = Field(
        default_factory=dict,
        description='Items that are for sale and how many there are, as JSON, such as `{"apple": 100}`. Written at the'
        " start for each item that the state store does not know; later changes have no effect.",
    )
    payment_url: AnyHttpUrl | None = Field(
        default=None, description="Where payments are posted to. Unset: every payment is declined."
    )
    payment_timeout_s: float = Field(
        default=5, gt=0, le=60, description="Seconds that the payment gateway gets for an answer."
    )

    @property
    def terms(self) -> OrderTerms:
        """What is in force for orders that begin now."""
        return OrderTerms(approval_limit_cents=self.order_approval_limit_cents, approval=self.order_approval)


class ApplicationSettings(PackageSettings):
    """What the package `applications` can be told."""

    screening: ScreeningPolicy = Field(
        default=ScreeningPolicy(),
        description="How job applications are judged, as JSON; what it does not say keeps its default. An application"
        " keeps the policy that it began with.",
    )
