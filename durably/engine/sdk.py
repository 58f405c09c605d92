"""The parts of the Dapr SDK that have no public name, gathered so that one contract test can pin them.

The SDK vendors durabletask; its protocol messages, and what runs a turn, have no place but in underscored modules.
Nothing else in the project imports them from anywhere but here.
"""

from dapr.ext.workflow._durabletask import worker
from dapr.ext.workflow._durabletask.internal import helpers, shared
from dapr.ext.workflow._durabletask.internal import orchestrator_service_pb2_grpc as services
from dapr.ext.workflow._durabletask.internal import protos as messages
from dapr.ext.workflow._durabletask.task import NonDeterminismError, WorkflowStateError
from dapr.ext.workflow._durabletask.worker import _OrchestrationExecutor as TurnExecutor
from dapr.ext.workflow._durabletask.worker import _Registry as WorkflowTable
from dapr.ext.workflow._durabletask.worker import _WorkflowHistoryCache as HistoryCache

__all__ = [
    "HistoryCache",
    "NonDeterminismError",
    "TurnExecutor",
    "WorkflowStateError",
    "WorkflowTable",
    "helpers",
    "messages",
    "services",
    "shared",
    "worker",
]
