"""The parts of the Dapr SDK that have no public name, gathered so that one contract test can pin them.

The SDK vendors durabletask; its protocol messages and the activity's `task_execution_id` are reachable only through
underscored modules. Nothing else in the project imports them from anywhere but here.
"""

from dapr.ext.workflow._durabletask import worker
from dapr.ext.workflow._durabletask.internal import helpers, shared
from dapr.ext.workflow._durabletask.internal import orchestrator_service_pb2_grpc as services
from dapr.ext.workflow._durabletask.internal import protos as messages

__all__ = ["helpers", "messages", "services", "shared", "worker"]
