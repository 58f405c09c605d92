"""The world outside, as the worker's ports see it: it remembers what it was told, and can be made to fail."""

from dataclasses import dataclass
from typing import Final

from durably.authoring import NotificationError, Package
from durably.contracts.applications import Interview, ScreeningPolicy
from durably.contracts.approvals import ApprovalTerms
from durably.contracts.orders import OrderTerms
from durably.contracts.tasks import Assignment, Notification, TaskTerms
from tests.harness.shop import Shop
from worker.activities import send_notification
from worker.packages import applications, orders, tasks


@dataclass(frozen=True, slots=True)
class Policies:
    """What the packages were told."""

    tasks: TaskTerms
    orders: OrderTerms
    screening: ScreeningPolicy


POLICIES: Final = Policies(
    tasks=TaskTerms(
        approval_above=7,
        approval=ApprovalTerms(approvers=("lead",), deadline_s=24 * 3_600, on_deadline="reject"),
    ),
    orders=OrderTerms(
        approval_limit_cents=10_000,
        approval=ApprovalTerms(approvers=("ada",), deadline_s=72 * 3_600, on_deadline="reject"),
    ),
    screening=ScreeningPolicy(),
)


class Outside:
    """Ports in memory; each effect is kept under its idempotency key, as the real ones do.

    Args:
        shop: The stock and the payment gateway, which are real.
    """

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.interviews: dict[str, Interview] = {}
        self.notifications: dict[str, Notification] = {}
        self.assignments: dict[str, Assignment] = {}
        self.away = False
        """Whether the receiver of notifications refuses everything."""

    def recover(self) -> None:
        """Nothing is wrong any more."""
        self.away = False

    async def send(self, notification: Notification, *, idempotency_key: str) -> None:
        """See `durably.authoring.Notifier`."""
        if self.away:
            raise NotificationError("The receiver is switched off.")
        self.notifications.setdefault(idempotency_key, notification)

    async def write_first(self, assignment: Assignment) -> Assignment:
        """See `worker.activities.ports.AssignmentStore`."""
        return self.assignments.setdefault(assignment.task_id, assignment)

    async def book(self, interview: Interview) -> Interview:
        """See `worker.activities.ports.InterviewCalendar`."""
        return self.interviews.setdefault(interview.application_id, interview)

    def told(self, about: str) -> list[tuple[str, str]]:
        """Who was told what about something, in order."""
        return [(n.assignee, n.text) for n in self.notifications.values() if n.task_id == about]

    def packages(self, policies: Policies = POLICIES) -> tuple[Package, ...]:
        """All that the worker comes with, over this world."""
        return (
            Package(activities=(send_notification.definition(self),)),
            tasks.package(assignments=self, terms=policies.tasks),
            orders.package(inventory=self._shop.inventory, payments=self._shop.gateway, terms=policies.orders),
            applications.package(calendar=self, policy=policies.screening),
        )
