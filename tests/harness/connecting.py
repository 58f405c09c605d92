"""Workers with the releases that a test brings, connected for as long as a context lasts."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any

from durably.contracts.errors import InstanceNotFoundError
from durably.contracts.held_back import HeldBack
from durably.contracts.instances import InstanceStatus
from durably.engine.client import EngineClient
from durably.engine.registry import WorkflowDefinition
from tests.harness.behaviours.careless import PLAN, plan, released, worker_with
from tests.harness.behaviours.world import World
from tests.harness.runner import Host, Runner
from tests.harness.waiting import until

Connect = Callable[..., AbstractAsyncContextManager[Host]]


def connector(port: int, client: EngineClient) -> Connect:
    """A function that connects a worker with some workflows, and with the activity `later` where it is asked for.

    Args:
        port: The engine's gRPC port.
        client: A client of the engine.
    """

    @asynccontextmanager
    async def connect(*workflows: WorkflowDefinition, later: bool = False) -> AsyncIterator[Host]:
        world = World()
        async with Host(worker_with(world, *workflows, later=later), port, world) as host:
            await host.usable(client)
            yield host

    return connect


class TidyRunner(Runner):
    """Purges what it started and is stalled, which no worker of another test could run and a sidecar waits for.

    Args:
        client: The engine's client.
    """

    def __init__(self, client: EngineClient) -> None:
        super().__init__(client)
        self._started: list[str] = []

    async def start(self, workflow: str, payload: Any = None, *, instance_id: str | None = None) -> str:
        """Start an instance and return its id."""
        started = await super().start(workflow, payload, instance_id=instance_id)
        self._started.append(started)
        return started

    async def tidy(self) -> None:
        """Purge it."""
        for instance_id in self._started:
            with suppress(InstanceNotFoundError):
                if (await self.client.get(instance_id)).status is InstanceStatus.STALLED:
                    await self.client.purge(instance_id)


async def waiting_plan(runner: Runner, connected: Connect) -> str:
    """An instance of `plan` that the right code has brought to where it waits."""
    async with connected(released(plan)):
        instance_id = await runner.start(PLAN)
        await runner.recorded(instance_id, "timerCreated")
    return instance_id


async def held(host: Host, instance_id: str) -> HeldBack:
    """What a worker says of an instance, once it holds it back."""

    async def look() -> list[HeldBack]:
        return [each for each in host.inner.held_back() if each.instance_id == instance_id]

    (found,) = await until(look, what=f"{instance_id} is held back")
    return found
