# near: UUID
from collections.abc import Generator
from typing import Any
from uuid import UUID, uuid4

from durably.authoring import LOCAL, ActivityContext, ActivityDefinition, Frozen, WorkflowContext, WorkflowDefinition
from durably.authoring import retry


class Device(Frozen):
    """A device, and the certificate that it was given."""

    id: str
    certificate: str = ""


async def certify(_ctx: ActivityContext, device: Device) -> Device:
    """Not idempotent, and need not be: the last certificate counts."""
    return device.model_copy(update={"certificate": uuid4().hex})


def enrol(ctx: WorkflowContext, device: Device) -> Generator[Any, Any, Device]:
    if UUID(device.id).version != 4:
        return device
    return Device.model_validate((yield ctx.call_activity("certify", input=device, retry_policy=retry(LOCAL))))


ACTIVITIES = (ActivityDefinition("certify", certify, Device),)
ENROL_V1 = WorkflowDefinition("enrol", "v1", enrol, Device, Device)
