"""The engine's failures as ours."""

from typing import Any

import grpc

from durably.contracts.errors import (
    DurablyError,
    EngineTimeoutError,
    EngineUnavailableError,
    InstanceEndedError,
    InstanceExistsError,
    InstanceNotFoundError,
    PayloadTooLargeError,
)


def translated(error: Any, instance_id: str | None) -> DurablyError:
    """The engine's failure as one of ours; Dapr gives most of its reasons in the text only."""
    code, text = error.code(), error.details() or ""
    if code is grpc.StatusCode.NOT_FOUND or "no such instance exists" in text:
        ours = "" if "no such instance exists" in text else text
        return InstanceNotFoundError(ours or f"There is no instance {instance_id}.", instance_id=instance_id)
    if code is grpc.StatusCode.ALREADY_EXISTS or "already exists" in text:
        return InstanceExistsError(text, instance_id=instance_id)
    if code is grpc.StatusCode.INVALID_ARGUMENT or "stalled" in text:
        stalled = f"Instance {instance_id} is stalled, and takes nothing until a worker can run it: {text}"
        return InstanceEndedError(stalled if "stalled" in text else text, instance_id=instance_id)
    if code is grpc.StatusCode.RESOURCE_EXHAUSTED:
        return PayloadTooLargeError(f"The engine does not take so much at once; pass ids, not documents: {text}")
    if code is grpc.StatusCode.DEADLINE_EXCEEDED:
        return EngineTimeoutError("The workflow engine took the call and did not answer in time; try again.")
    away = code in {grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.FAILED_PRECONDITION, grpc.StatusCode.CANCELLED}
    what = "is not reachable" if away else f"refused the call ({code.name})"
    return EngineUnavailableError(f"The workflow engine {what}: {text}")
