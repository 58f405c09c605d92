"""What a package of workflows imports, and nothing else of ours: these names stay. See docs/writing-workflows.md."""

from durably.authoring.approvals import approval
from durably.authoring.environment import Environment
from durably.authoring.first_write import FirstWrite
from durably.authoring.package import Package
from durably.authoring.ports import NotificationError, Notifier, Record, StateStore, StateStoreError
from durably.contracts.approvals import ApprovalRequest, ApprovalTerms, Decision
from durably.contracts.model import Frozen
from durably.contracts.names import SEND_NOTIFICATION
from durably.contracts.tasks import Notification
from durably.domain.policies import LOCAL, MUST_SUCCEED, OUTBOUND, RetrySpec
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition, WorkflowDefinition
from durably.engine.workflow import TaskFailedError, WorkflowContext, retry, when_all, when_any

__all__ = [
    "LOCAL",
    "MUST_SUCCEED",
    "OUTBOUND",
    "SEND_NOTIFICATION",
    "ActivityContext",
    "ActivityDefinition",
    "ApprovalRequest",
    "ApprovalTerms",
    "Decision",
    "Environment",
    "FirstWrite",
    "Frozen",
    "Notification",
    "NotificationError",
    "Notifier",
    "Package",
    "Record",
    "RetrySpec",
    "StateStore",
    "StateStoreError",
    "TaskFailedError",
    "WorkflowContext",
    "WorkflowDefinition",
    "approval",
    "retry",
    "when_all",
    "when_any",
]
