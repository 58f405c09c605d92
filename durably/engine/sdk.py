"""The parts of the Dapr SDK that have no public name, gathered so that one contract test can pin them.

The SDK vendors durabletask; its protocol messages and the activity's `task_execution_id` are reachable only through
underscored modules. Nothing else in the project imports them from anywhere but here.
"""

import functools
import inspect
from typing import Any, Final

from dapr.ext.workflow._durabletask import worker
from dapr.ext.workflow._durabletask.internal import helpers, shared
from dapr.ext.workflow._durabletask.internal import orchestrator_service_pb2_grpc as services
from dapr.ext.workflow._durabletask.internal import protos as messages

__all__ = ["helpers", "mend_pauses", "messages", "services", "shared"]

_PAUSES: Final = {"executionSuspended": True, "executionResumed": False}


def mend_pauses() -> None:
    """Make a pause of a paused instance, and a resume of a running one, mean nothing. In SDK 1.19.0 both are fatal.

    While paused, the SDK puts events aside, a second pause among them. On resume it replays what it put aside while it
    goes through it: the second pause suspends again, so each further event is appended to the list that is being gone
    through. The turn never ends and its memory grows, on every worker that is given it. A resume of an instance that is
    not paused fails it for good. Two people who press the same button at once are enough for either.
    """
    executor = worker._OrchestrationExecutor  # noqa: SLF001 - there is no public place to mend it
    inner = inspect.unwrap(executor.process_event)

    @functools.wraps(inner)
    def process_event(self: Any, ctx: Any, event: Any) -> None:
        asked = _PAUSES.get(event.WhichOneof("eventType"))
        if asked is None or asked is not self._is_suspended:
            inner(self, ctx, event)

    executor.process_event = process_event
