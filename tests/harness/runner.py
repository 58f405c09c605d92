"""Running behaviours: a worker inside the test's own process, and a client that starts and waits."""

from collections.abc import Callable
from typing import Any, Self
from uuid import uuid4

from durably.contracts.errors import InstanceNotFoundError, UnavailableError
from durably.contracts.held_back import HeldBack
from durably.contracts.instances import HistoryEvent, InstanceStatus, InstanceView
from durably.contracts.observations import ActivityRun, TurnReport, WorkflowRun
from durably.engine.client import EngineClient
from durably.engine.host import WorkflowHost
from durably.engine.registry import Registry
from tests.harness.behaviours.world import World
from tests.harness.waiting import true, until


class Observations:
    """A `HostObserver` that remembers what it was told."""

    def __init__(self) -> None:
        self.started: list[WorkflowRun] = []
        self.replayed: list[WorkflowRun] = []
        self.ended: list[tuple[WorkflowRun, InstanceStatus]] = []
        self.activities_started: list[ActivityRun] = []
        self.activities_ended: list[tuple[ActivityRun, BaseException | None]] = []
        self.stream: list[bool] = []
        self.held_back: list[HeldBack] = []

    def workflow_started(self, run: WorkflowRun) -> None:
        """Remember it."""
        self.started.append(run)

    def workflow_replayed(self, run: WorkflowRun) -> None:
        """Remember it."""
        self.replayed.append(run)

    def workflow_ended(
        self, run: WorkflowRun, status: InstanceStatus, duration_s: float, error: BaseException | None
    ) -> None:
        """Remember it."""
        self.ended.append((run, status))

    def workflow_continued(self, run: WorkflowRun) -> None:
        """See `HostObserver`."""

    def work_held_back(self, held: HeldBack) -> None:
        """Remember it."""
        self.held_back.append(held)

    def held_of(self, instance_id: str) -> list[HeldBack]:
        """What it was told to be held back of an instance."""
        return [held for held in self.held_back if held.instance_id == instance_id]

    def holding(self, count: int) -> None:
        """See `HostObserver`."""

    def activity_started(self, run: ActivityRun) -> None:
        """Remember it."""
        self.activities_started.append(run)

    def activity_ended(self, run: ActivityRun, duration_s: float, error: BaseException | None) -> None:
        """Remember it."""
        self.activities_ended.append((run, error))

    def stream_changed(self, *, connected: bool) -> None:
        """Remember it."""
        self.stream.append(connected)


class Host:
    """A worker in this process, as a context manager.

    Args:
        registry: What it can run.
        port: The engine's gRPC port.
        world: What its activities record into.
        on_turn: Told of each turn that the engine took.
    """

    def __init__(
        self,
        registry: Registry,
        port: int,
        world: World | None = None,
        on_turn: Callable[[TurnReport], None] = lambda _: None,
    ) -> None:
        self.world = world or World()
        self.observed = Observations()
        self.inner = WorkflowHost(
            registry=registry, host="127.0.0.1", port=port, observer=self.observed, on_turn=on_turn
        )
        self._stopped = False

    async def __aenter__(self) -> Self:
        self.inner.start()
        await self.connected()
        return self

    async def __aexit__(self, kind: object, error: object, trace: object) -> None:
        await self.stop(grace_s=0)

    async def stop(self, *, grace_s: float) -> bool:
        """Stop it, once; returns whether everything in flight finished in time."""
        if self._stopped:
            return True
        self._stopped = True
        return await self.inner.stop(grace_s=grace_s)

    async def connected(self, *, timeout_s: float = 10) -> None:
        """Return once the work stream is open."""
        look = true(lambda: self.inner.stream.connected)
        await until(look, what="the work stream is open", timeout_s=timeout_s)

    async def usable(self, client: EngineClient, *, workflow: str = "sequence", timeout_s: float = 20) -> None:
        """Return once the engine runs workflows on this worker."""
        runner = Runner(client)

        async def ran() -> bool:
            instance_id = await runner.start(workflow, [])
            return (await client.wait(instance_id, timeout_s=0.5)).status.has_ended

        await until(ran, what="a workflow runs", timeout_s=timeout_s, retry_on=(UnavailableError,))


class Runner:
    """Starts instances under fresh ids and waits for what becomes of them.

    Args:
        client: The engine's client.
    """

    def __init__(self, client: EngineClient) -> None:
        self.client = client

    @staticmethod
    def new_id(prefix: str = "t") -> str:
        """An instance id that nothing has."""
        return f"{prefix}-{uuid4().hex[:12]}"

    async def start(self, workflow: str, payload: Any = None, *, instance_id: str | None = None) -> str:
        """Start an instance and return its id."""
        instance_id = instance_id or self.new_id()
        await self.client.start(workflow, instance_id=instance_id, payload=payload)
        return instance_id

    async def run(self, workflow: str, payload: Any = None, *, instance_id: str | None = None) -> InstanceView:
        """Start an instance and return it once it has ended."""
        return await self.ended(await self.start(workflow, payload, instance_id=instance_id))

    async def ended(self, instance_id: str, *, timeout_s: float = 20) -> InstanceView:
        """The instance, once it has ended."""

        async def look() -> InstanceView:
            return await self.client.wait(instance_id, timeout_s=timeout_s)

        return await until(
            look, what=f"{instance_id} has ended", timeout_s=timeout_s, holds=lambda view: view.status.has_ended
        )

    async def reaches(self, instance_id: str, status: InstanceStatus, *, timeout_s: float = 10) -> InstanceView:
        """The instance, once it has a status."""

        async def look() -> InstanceView:
            return await self.client.get(instance_id)

        return await until(
            look,
            what=f"{instance_id} is {status}",
            timeout_s=timeout_s,
            holds=lambda view: view.status is status,
            retry_on=(InstanceNotFoundError,),
        )

    async def events(self, instance_id: str, kind: str | None = None) -> tuple[HistoryEvent, ...]:
        """The history of an instance; of one type of event, if given."""
        history = await self.client.history(instance_id)
        return tuple(event for event in history.events if kind in {None, event.type})

    async def recorded(self, instance_id: str, kind: str, *, count: int = 1, timeout_s: float = 10) -> None:
        """Return once the history has so many events of a type."""

        async def look() -> int:
            return len(await self.events(instance_id, kind))

        await until(
            look,
            what=f"{instance_id} has {count} {kind}",
            timeout_s=timeout_s,
            holds=lambda seen: seen >= count,
            retry_on=(InstanceNotFoundError,),
        )
