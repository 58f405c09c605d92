"""Work that was held back here and went on elsewhere: the engine tells nobody, so it is asked."""

from typing import Final

import grpc

from durably.contracts.instances import InstanceStatus
from durably.engine.history import status_of
from durably.engine.holding import TURN, Holds
from durably.engine.sdk import messages as pb
from durably.engine.stream import WorkStream

_WAITING: Final = frozenset({InstanceStatus.STALLED, InstanceStatus.PENDING})
_AT_ONCE: Final = 200
"""So many are looked at in one go, the longest held first."""


async def recheck(holds: Holds, stream: WorkStream) -> None:
    """Let go of turns of instances that are stalled no more, and of activities of instances that have ended.

    Args:
        holds: What is held back.
        stream: The connection to the engine. Where it does not answer, everything stays as it is.
    """
    for task_id, held in holds.pieces()[:_AT_ONCE]:
        try:
            answer = await stream.call("GetInstance", pb.GetInstanceRequest(instanceId=held.instance_id))
        except grpc.aio.AioRpcError:
            return
        status = status_of(answer.workflowState.workflowStatus) if answer.exists else None
        is_held = status in _WAITING if task_id == TURN else status is not None and not status.has_ended
        if not is_held:
            holds.let_go(held.instance_id, task_id)
