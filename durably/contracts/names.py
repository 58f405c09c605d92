"""The registered names. They stand in recorded histories: a released one is never renamed or dropped."""

from typing import Final

TASK_PROCESSING: Final = "task_processing_workflow"

VALIDATE_TASK: Final = "validate_task"
ASSIGN_TASK: Final = "assign_task"
SEND_NOTIFICATION: Final = "send_notification"

APPROVAL: Final = "approval"
"""The event that is a vote; see `durably.contracts.approvals.Vote`."""

ORDER_PROCESSING: Final = "order_processing_workflow"

VALIDATE_ORDER: Final = "validate_order"
RESERVE_INVENTORY: Final = "reserve_inventory"
PROCESS_PAYMENT: Final = "process_payment"
CONFIRM_ORDER: Final = "confirm_order"
RELEASE_INVENTORY: Final = "release_inventory"
VOID_PAYMENT: Final = "void_payment"

JOB_APPLICATION: Final = "job_application_workflow"

VALIDATE_APPLICATION: Final = "validate_application"
SCREEN_KEYWORDS: Final = "screen_keywords"
SCREEN_SKILLS: Final = "screen_skills"
SCHEDULE_INTERVIEW: Final = "schedule_interview"

CONTROL_HEADER: Final = "Durably-Control"
"""On every answer of the control API; an answer without it was made by a sidecar on the way."""

ACTOR_HEADER: Final = "Durably-Actor"
"""Who does it, as the API has established it; the control API believes it, for only the API can reach it."""

IDEMPOTENCY_HEADER: Final = "Idempotency-Key"
"""What a receiver of our effects deduplicates by: the activity's `task_execution_id`, or that of the earlier activity
that the effect belongs to."""
