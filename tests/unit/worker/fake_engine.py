"""An engine and an index written by hand: real ones cannot be told to hang, or to fail with our bug."""

import asyncio
from datetime import UTC, datetime
from typing import Any, Final

from durably.contracts.errors import InstanceEndedError, InstanceExistsError, InstanceNotFoundError
from durably.contracts.instances import History, HistoryEvent, InstanceStatus, InstanceView
from durably.contracts.listing import (
    ApprovalQuery,
    CountQuery,
    Counts,
    InstancePage,
    InstanceQuery,
    PendingApprovals,
)
from durably.contracts.recordings import Recording

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)


class FakeEngine:
    """Instances by id; fails with `error`, hangs while `stuck`, and ends all instances when `ended` is set.

    Attributes:
        inputs: What instances were started with; who is not in it is not there.
        asked: The ids that anything was asked of.
        done: What was done with instances: the id, what, and with what.
        recorded: The events of every recording.
        shown: The custom statuses of instances, one for each look, the last one for ever.
    """

    def __init__(self) -> None:
        self.connected = True
        self.inputs: dict[str, Any] = {}
        self.asked: list[str] = []
        self.done: list[tuple[str, str, Any]] = []
        self.recorded: tuple[dict[str, Any], ...] = ()
        self.shown: list[str] = [""]
        self.error: Exception | None = None
        self.stuck = False
        self.ended = asyncio.Event()
        self.waits = 0

    async def start(self, workflow: str, *, instance_id: str, payload: Any, new: bool = False) -> bool:
        """See `EngineClient.start`."""
        assert workflow == "greet"
        await self._trouble(instance_id)
        is_new = instance_id not in self.inputs
        if self.inputs.setdefault(instance_id, payload) != payload:
            raise InstanceExistsError("taken", instance_id=instance_id)
        return is_new

    async def get(self, instance_id: str, *, payloads: bool = True) -> InstanceView:
        """See `EngineClient.get`."""
        await self._trouble(instance_id)
        if instance_id not in self.inputs:
            raise InstanceNotFoundError("there is none", instance_id=instance_id)
        status = InstanceStatus.COMPLETED if self.ended.is_set() else InstanceStatus.RUNNING
        shown = self.shown.pop(0) if len(self.shown) > 1 else self.shown[0]
        return InstanceView(
            instance_id=instance_id,
            workflow="greet",
            status=status,
            created_at=NOW,
            updated_at=NOW,
            custom_status=shown,
        )

    async def wait(self, instance_id: str, *, timeout_s: float) -> InstanceView:
        """See `EngineClient.wait`."""
        self.waits += 1
        try:
            async with asyncio.timeout(timeout_s):
                await self.ended.wait()
        except TimeoutError:
            pass
        finally:
            self.waits -= 1
        return await self.get(instance_id)

    async def history(self, instance_id: str) -> History:
        """See `EngineClient.history`."""
        await self.get(instance_id)
        return History(instance_id=instance_id, events=(HistoryEvent(event_id=-1, timestamp=NOW, type="any"),))

    async def recording(self, instance_id: str) -> Recording:
        """See `EngineClient.recording`."""
        await self.get(instance_id)
        begun = any("executionStarted" in event for event in self.recorded)
        workflow = "any" if begun else ""
        return Recording(instance_id=instance_id, workflow=workflow, recorded_at=NOW, events=self.recorded)

    async def raise_event(self, instance_id: str, name: str, payload: Any = None) -> None:
        """See `EngineClient.raise_event`."""
        await self._do(instance_id, f"event {name}", payload)

    async def pause(self, instance_id: str, *, reason: str = "") -> None:
        """See `EngineClient.pause`."""
        await self._do(instance_id, "pause", reason)

    async def resume(self, instance_id: str, *, reason: str = "") -> None:
        """See `EngineClient.resume`."""
        await self._do(instance_id, "resume", reason)

    async def terminate(self, instance_id: str, *, output: Any = None, recursive: bool = True) -> None:
        """See `EngineClient.terminate`."""
        await self._do(instance_id, "terminate", output)

    async def purge(self, instance_id: str, *, recursive: bool = True) -> None:
        """See `EngineClient.purge`."""
        if not (await self.get(instance_id)).status.has_ended:
            raise InstanceEndedError("it runs", instance_id=instance_id)
        del self.inputs[instance_id]
        self.done.append((instance_id, "purge", None))

    async def rerun(
        self, instance_id: str, *, from_event: int, new_instance_id: str | None = None, payload: Any = ...
    ) -> str:
        """See `EngineClient.rerun`."""
        raise NotImplementedError

    async def _do(self, instance_id: str, what: str, given: Any) -> None:
        if (await self.get(instance_id)).status.has_ended:
            raise InstanceEndedError("it has ended", instance_id=instance_id)
        self.done.append((instance_id, what, given))

    async def _trouble(self, instance_id: str) -> None:
        self.asked.append(instance_id)
        if self.stuck:
            await asyncio.Event().wait()
        if self.error:
            raise self.error


class FakeIndex:
    """Has nothing in it; remembers what it was asked, and has the engine's troubles.

    Attributes:
        queries: What it was asked.
        forgotten: The ids that it was told to forget.
        started: What it was told of starts.
        error: Raised by `forget`.
    """

    def __init__(self, engine: FakeEngine) -> None:
        self._engine = engine
        self.queries: list[Any] = []
        self.forgotten: list[str] = []
        self.started: list[tuple[str, str, datetime]] = []
        self.error: Exception | None = None

    def asked_for(self, instance_id: str, workflow: str, at: datetime, *, rerun: bool = False) -> None:
        """See `Index.asked_for`."""
        self.started.append((instance_id, workflow, at))

    def dated(self, view: InstanceView) -> InstanceView:
        """See `Index.dated`."""
        return view

    async def page(self, query: InstanceQuery) -> InstancePage:
        """See `Index.page`."""
        await self._note(query)
        return InstancePage(instances=())

    async def counts(self, query: CountQuery) -> Counts:
        """See `Index.counts`."""
        await self._note(query)
        return Counts(counts=())

    async def approvals(self, query: ApprovalQuery) -> PendingApprovals:
        """See `Index.approvals`."""
        await self._note(query)
        return PendingApprovals(approvals=())

    async def forget(self, instance_id: str) -> None:
        """See `Index.forget`."""
        if self.error:
            raise self.error
        self.forgotten.append(instance_id)

    async def _note(self, query: Any) -> None:
        await self._engine._trouble("")
        self.queries.append(query)
