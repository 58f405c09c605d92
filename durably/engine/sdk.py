"""The parts of the Dapr SDK that have no public name, gathered so that one contract test can pin them.

The SDK vendors durabletask; its protocol messages and the activity's `task_execution_id` are reachable only through
underscored modules. Nothing else in the project imports them from anywhere but here.
"""

from typing import Any, Final

from dapr.ext.workflow._durabletask import worker
from dapr.ext.workflow._durabletask.internal import helpers, shared
from dapr.ext.workflow._durabletask.internal import orchestrator_service_pb2_grpc as services
from dapr.ext.workflow._durabletask.internal import protos as messages

__all__ = ["helpers", "mend_second_pause", "messages", "services", "shared"]

_NEVER_BUFFERED: Final = {"executionSuspended", "executionResumed", "executionTerminated"}


def mend_second_pause() -> None:
    """Keep the SDK from running in circles when an instance that was paused twice is resumed.

    While paused, SDK 1.19.0 puts events aside, a second pause among them. On resume it replays what it put aside while
    it goes through it: the second pause suspends again, so each further event is appended to the list that is being
    gone through. The turn never ends and its memory grows, on every worker that is given it. A second pause that is not
    put aside changes nothing.
    """

    def is_suspendable(event: Any) -> bool:
        return event.WhichOneof("eventType") not in _NEVER_BUFFERED

    worker._is_suspendable = is_suspendable  # noqa: SLF001 - there is no public place to mend it
