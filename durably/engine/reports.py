"""What a turn came to, gathered from its response: the one place that sees every kind of end."""

import threading
from datetime import UTC, datetime
from typing import Any

from durably.contracts.instances import InstanceStatus
from durably.contracts.observations import TurnReport
from durably.engine.history import status_of, time_of

_latest = threading.local()
"""The turn that a thread ran last; its report is asked for before the next one runs."""


def turn_began(executor: Any, context: Any, event: Any) -> None:
    """Remember a turn of this thread, at its `executionStarted`; whatever comes of it is read off in the end."""
    _latest.turn = (executor, context, event)


def turn_report(response: Any) -> TurnReport | None:
    """What a turn came to, by the thread that has just run it.

    Args:
        response: The `WorkflowResponse`.

    Returns:
        None for a response that belongs to no turn that this thread knows.
    """
    turn: tuple[Any, Any, Any] | None = getattr(_latest, "turn", None)
    if turn is None or turn[1].instance_id != response.instanceId:
        return None
    executor, context, event = turn
    started = event.executionStarted
    parent = started.parentInstance.workflowInstance.instanceId if started.HasField("parentInstance") else None
    return TurnReport(
        instance_id=response.instanceId,
        workflow=started.name,
        status=_status(executor, response),
        begun_at=time_of(event.timestamp),
        at=_utc(context.current_utc_datetime),
        parent=parent,
        custom_status=response.customStatus.value if response.HasField("customStatus") else None,
    )


def _status(executor: Any, response: Any) -> InstanceStatus:
    for action in response.actions:
        if action.HasField("completeWorkflow"):
            return status_of(action.completeWorkflow.workflowStatus)
        if action.HasField("workflowVersionNotAvailable"):
            return InstanceStatus.STALLED
    return InstanceStatus.SUSPENDED if executor._is_suspended else InstanceStatus.RUNNING  # noqa: SLF001 - it tells nobody


def _utc(time: datetime) -> datetime:
    return time if time.tzinfo else time.replace(tzinfo=UTC)
