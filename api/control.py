"""The client of the worker's control API. Answers travel on as the bytes that they came as."""

from api.connection import ControlConnection
from api.segments import segment
from durably.contracts.errors import InstanceNotFoundError, UnknownWorkflowError


class ControlClient(ControlConnection):
    """What can be asked of the worker. Arguments as for `ControlConnection`."""

    async def workflows(self) -> bytes:
        """A `WorkflowList`. Raises an `UnavailableError` where nobody answers."""
        return await self.call("GET", "workflows")

    async def start(
        self, workflow: str, *, instance_id: str, payload: bytes, new: bool = False, wait_s: float = 0
    ) -> bytes:
        """Start an instance; the same start twice is one instance, so a lost answer is asked for again.

        Args:
            workflow: A name as the caller gave it.
            instance_id: The new instance's id.
            payload: The input, a JSON object.
            new: Whether the id was made for this call, so that the engine need not be asked for it first.
            wait_s: How long to wait for the end.

        Returns:
            A `Scheduled`, or with a wait an `InstanceView`.

        Raises:
            UnknownWorkflowError: The worker has no such workflow.
            InvalidInputError: The input does not fit it.
            InstanceExistsError: The id is taken by another start.
            UnavailableError: Nobody answers.
        """
        if (name := segment(workflow)) is None:
            raise UnknownWorkflowError(f"There is no workflow {workflow[:100]!r}.")
        return await self.call(
            "POST", f"workflows/{name}/instances/{segment(instance_id)}", payload, wait_s=wait_s, new=new
        )

    async def instance(self, instance_id: str, *, wait_s: float = 0) -> bytes:
        """An `InstanceView`, once the instance has ended or `wait_s` seconds are over.

        Raises:
            InstanceNotFoundError: There is none.
            UnavailableError: Nobody answers.
        """
        return await self.call("GET", f"instances/{_existing(instance_id)}", wait_s=wait_s)

    async def history(self, instance_id: str) -> bytes:
        """A `History`. Errors as for `instance`."""
        return await self.call("GET", f"instances/{_existing(instance_id)}/history")


def _existing(instance_id: str) -> str:
    if (quoted := segment(instance_id)) is None:
        raise InstanceNotFoundError("No instance can have that id.", instance_id=instance_id[:600])
    return quoted
