"""The table of activities."""

from durably.engine.registry import ActivityDefinition
from worker.activities import (
    assign_task,
    confirm_order,
    process_payment,
    release_inventory,
    reserve_inventory,
    schedule_interview,
    screen_keywords,
    screen_skills,
    send_notification,
    validate_application,
    validate_order,
    validate_task,
    void_payment,
)
from worker.activities.ports import AssignmentStore, InterviewCalendar, Inventory, Notifier, PaymentGateway
from worker.policies import Policies


def activities(
    *,
    assignments: AssignmentStore,
    notifier: Notifier,
    inventory: Inventory,
    payments: PaymentGateway,
    calendar: InterviewCalendar,
    policies: Policies,
) -> tuple[ActivityDefinition, ...]:
    """Every activity of the built-in workflows.

    Args:
        assignments: Where assignments are kept.
        notifier: How people are told.
        inventory: Where the stock is kept.
        payments: Who charges customers.
        calendar: Where interviews are kept.
        policies: What is in force for instances that begin now.
    """
    return (
        validate_task.definition(policies.tasks),
        assign_task.definition(assignments),
        send_notification.definition(notifier),
        validate_order.definition(policies.orders),
        reserve_inventory.definition(inventory),
        process_payment.definition(payments),
        confirm_order.definition(inventory),
        release_inventory.definition(inventory),
        void_payment.definition(payments),
        validate_application.definition(policies.screening),
        screen_keywords.definition(),
        screen_skills.definition(),
        schedule_interview.definition(calendar),
    )
