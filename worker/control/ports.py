"""What the control API needs of the parts behind it."""

from datetime import datetime
from typing import Any, Protocol

from durably.contracts.instances import History, InstanceView
from durably.contracts.listing import (
    ApprovalQuery,
    CountQuery,
    Counts,
    InstancePage,
    InstanceQuery,
    PendingApprovals,
)
from durably.contracts.recordings import Recording


class Engine(Protocol):
    """The part of `durably.engine.client.EngineClient` that the control API uses; see there."""

    async def start(self, workflow: str, *, instance_id: str, payload: Any, new: bool = False) -> bool:
        """Start an instance, once; whether it was this call that did."""

    async def get(self, instance_id: str, *, payloads: bool = True) -> InstanceView:
        """The instance as it is now."""

    async def wait(self, instance_id: str, *, timeout_s: float) -> InstanceView:
        """The instance once it has ended, or as it is when the wait is over."""

    async def history(self, instance_id: str) -> History:
        """Everything that was recorded for it."""

    async def recording(self, instance_id: str) -> Recording:
        """The same, whole, as a file can keep it."""

    async def raise_event(self, instance_id: str, name: str, payload: Any = None) -> None:
        """Give it an event."""

    async def pause(self, instance_id: str, *, reason: str = "") -> None:
        """Let it do nothing for a while."""

    async def resume(self, instance_id: str, *, reason: str = "") -> None:
        """Let it go on."""

    async def terminate(self, instance_id: str, *, output: Any = None, recursive: bool = True) -> None:
        """End it."""

    async def purge(self, instance_id: str, *, recursive: bool = True) -> None:
        """Forget it, once it has ended."""

    async def rerun(
        self, instance_id: str, *, from_event: int, new_instance_id: str | None = None, payload: Any = ...
    ) -> str:
        """Run it again from an event, as a new instance; with a `payload` that event gets another input."""


class Index(Protocol):
    """Instances as lists; may lag behind the engine by moments, and is never asked what is true of one instance."""

    def asked_for(self, instance_id: str, workflow: str, at: datetime, *, rerun: bool = False) -> None:
        """Take in that somebody asked for an instance, or for a rerun of one, at a time before the engine was told."""

    def dated(self, view: InstanceView) -> InstanceView:
        """The instance as created when lists say: engines have a rerun's own beginning, or that of its source."""

    async def page(self, query: InstanceQuery) -> InstancePage:
        """One page, newest first.

        Raises:
            InvalidInputError: The cursor is none of ours (`errors` names the field `cursor`).
            UnavailableError: The index is away.
        """

    async def counts(self, query: CountQuery) -> Counts:
        """How many there are by workflow and status."""

    async def approvals(self, query: ApprovalQuery) -> PendingApprovals:
        """What waits for people, oldest deadline first."""

    async def forget(self, instance_id: str) -> None:
        """Drop an instance that was purged, and its children."""


class Journal(Protocol):
    """Who ran which activity, and who asked for what; see `worker.journal`."""

    def started_by(self, instance_id: str, name: str) -> None:
        """Note who started an instance, or ran one again as this one; written soon."""

    def raised_by(self, instance_id: str, name: str, event: str, payload: Any) -> None:
        """Note who raised an event; written soon."""

    async def shown(self, history: History) -> History:
        """The history with what is known beside the engine; as it is where that cannot be read now."""
