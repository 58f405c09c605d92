"""The client of the worker's control API. Answers travel on as the bytes that they came as."""

from api.asking import Asking
from api.connection import ControlConnection
from api.segments import segment
from durably.contracts.errors import InstanceNotFoundError, UnknownWorkflowError


class ControlClient(ControlConnection):
    """What can be asked of the worker. Arguments as for `ControlConnection`.

    Every call raises an `UnavailableError` where nobody answers.
    """

    async def workflows(self) -> bytes:
        """A `WorkflowList`."""
        return await self.call("GET", "workflows")

    async def start(
        self, workflow: str, *, instance_id: str, payload: bytes, actor: str, new: bool = False, wait_s: float = 0
    ) -> bytes:
        """Start an instance; the same start twice is one instance, so a lost answer is asked for again.

        Args:
            workflow: A name as the caller gave it.
            instance_id: The new instance's id.
            payload: The input, a JSON object.
            actor: Who starts it.
            new: Whether the id was made for this call, so that the engine need not be asked for it first.
            wait_s: How long to wait for the end.

        Returns:
            A `Scheduled`, or with a wait an `InstanceView`.

        Raises:
            UnknownWorkflowError: The worker has no such workflow.
            InvalidInputError: The input does not fit it.
            InstanceExistsError: The id is taken by another start.
        """
        if (name := segment(workflow)) is None:
            raise UnknownWorkflowError(f"There is no workflow {workflow[:100]!r}.")
        path, how = f"workflows/{name}/instances/{segment(instance_id)}", Asking(actor=actor, wait_s=wait_s, new=new)
        return await self.call("POST", path, payload, how=how)

    async def instance(self, instance_id: str, *, wait_s: float = 0) -> bytes:
        """An `InstanceView`, once the instance has ended or `wait_s` seconds are over.

        Raises:
            InstanceNotFoundError: There is none.
        """
        return await self.call("GET", _path(instance_id), how=Asking(wait_s=wait_s))

    async def history(self, instance_id: str) -> bytes:
        """A `History`. Errors as for `instance`."""
        return await self.call("GET", _path(instance_id, "history"))

    async def recording(self, instance_id: str) -> bytes:
        """A `Recording`. Errors as for `instance`."""
        return await self.call("GET", _path(instance_id, "recording"))

    async def replay(self, instance_id: str) -> bytes:
        """A `StepThrough`. Errors as for `instance`.

        Raises:
            HistoryTooLongError: It has more events than can be shown.
        """
        return await self.call("GET", _path(instance_id, "replay"))

    async def why(self, instance_id: str) -> bytes:
        """A `Diagnosis`. Errors as for `instance`."""
        return await self.call("GET", _path(instance_id, "why"))

    async def workers(self) -> bytes:
        """A `WorkerList`."""
        return await self.call("GET", "workers")

    async def listed(self, what: str, query: list[tuple[str, str]]) -> bytes:
        """`instances`, `instances/counts` or `approvals`.

        Raises:
            InvalidInputError: The query cannot be used.
        """
        return await self.call("GET", what, how=Asking(query=query))

    async def index(self) -> bytes:
        """An `IndexState`, of the worker that happens to be asked."""
        return await self.call("GET", "index")

    async def rebuild_index(self) -> bytes:
        """Compare that worker's index with the engine; it goes on in the background. An `IndexState`."""
        return await self.call("POST", "index/rebuild")

    async def raise_event(self, instance_id: str, name: str, payload: bytes | None, *, actor: str) -> bytes:
        """Give an instance an event, never twice.

        Raises:
            InstanceNotFoundError: There is none, or none can have that id.
            InstanceEndedError: It has ended.
            DurablyError: For a vote, see `durably.contracts.refusals`.
        """
        return await self.call("POST", _path(instance_id, "events", name), payload, how=Asking(actor=actor, once=True))

    async def steer(self, instance_id: str, action: str, payload: bytes, *, actor: str) -> bytes:
        """`pause`, `resume` or `terminate`. Errors as for `raise_event`."""
        how = Asking(actor=actor, once=action == "terminate")  # of which the second would be refused
        return await self.call("POST", _path(instance_id, action), payload, how=how)

    async def rerun(self, instance_id: str, payload: bytes, *, actor: str) -> bytes:
        """Run an ended instance again, as a new one.

        Raises:
            InstanceNotFoundError: There is none.
            InstanceEndedError: It has not ended.
            InstanceExistsError: The new id is taken.
            NothingToRerunError: Its history has nothing to begin from.
        """
        return await self.call("POST", _path(instance_id, "rerun"), payload, how=Asking(actor=actor, once=True))

    async def purge(self, instance_id: str, *, actor: str) -> None:
        """Forget an instance that has ended, and its children. Errors as for `rerun`."""
        await self.call("DELETE", _path(instance_id), how=Asking(actor=actor, once=True))


def _path(instance_id: str, *more: str) -> str:
    """The path to what an instance has; a name that nothing can have is not even asked for."""
    quoted = [segment(part) for part in (instance_id, *more)]
    if None in quoted:
        raise InstanceNotFoundError("No instance can have that id, or that event.", instance_id=instance_id[:600])
    return "/".join(["instances", *(part or "" for part in quoted)])
