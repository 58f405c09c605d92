"""The registered names. They stand in recorded histories: a released one is never renamed or dropped."""

from typing import Final

TASK_PROCESSING: Final = "task_processing_workflow"

VALIDATE_TASK: Final = "validate_task"
ASSIGN_TASK: Final = "assign_task"
SEND_NOTIFICATION: Final = "send_notification"

CONTROL_HEADER: Final = "Durably-Control"
"""On every answer of the control API; an answer without it was made by a sidecar on the way."""

IDEMPOTENCY_HEADER: Final = "Idempotency-Key"
"""What a receiver of our effects deduplicates by; its value is the activity's `task_execution_id`."""
