"""The built-in workflows on an embedded engine whose time stands still until a test moves it."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from durably.contracts.approvals import PendingApproval
from durably.contracts.instances import InstanceView
from durably.embedded.clock import TestClock
from durably.embedded.server import EmbeddedServer
from durably.engine.client import EngineClient
from durably.engine.registry import Registry, WorkflowDefinition
from tests.harness.outside import POLICIES, Outside, Policies
from tests.harness.runner import Host, Runner
from tests.harness.shop import Shop
from tests.harness.waiting import until
from tests.workflows.asking import ASKING, PROBE

LOOP = pytest.mark.asyncio(loop_scope="module")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Every test of this folder needs the clock that only the embedded engine has; each file is one event loop."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.embedded_only)
            item.add_marker(LOOP, append=False)


@dataclass
class Clocked:
    """An engine in this process, a worker with the built-in workflows, and the world outside as the worker sees it."""

    clock: TestClock
    port: int
    runner: Runner
    outside: Outside
    shop: Shop
    worker: Host | None = None

    async def deploy(
        self, policies: Policies = POLICIES, workflows: tuple[WorkflowDefinition, ...] | None = None
    ) -> None:
        """Start a worker, in the place of the one that runs; by default with every workflow."""
        await self.stop()
        packages = self.outside.packages(policies)
        workflows = workflows or tuple(workflow for package in packages for workflow in package.workflows)
        activities = tuple(activity for package in packages for activity in package.activities)
        registry = Registry(workflows=(*workflows, *ASKING), activities=activities)
        self.worker = await Host(registry, self.port).__aenter__()
        await self.worker.usable(self.runner.client, workflow=PROBE)

    async def stop(self) -> None:
        """Stop the worker."""
        if self.worker is not None:
            await self.worker.stop(grace_s=1)

    def advance(self, **by: float) -> None:
        """Move time on; arguments as for `timedelta`."""
        self.clock.advance(timedelta(**by))

    async def pending(self, instance_id: str, **wanted: object) -> PendingApproval:
        """The approval that an instance shows, once its fields have these values."""

        async def look() -> PendingApproval | None:
            status = (await self.runner.client.get(instance_id)).custom_status
            return PendingApproval.model_validate_json(status) if status else None

        def holds(seen: PendingApproval | None) -> bool:
            return seen is not None and {name: getattr(seen, name) for name in wanted} == wanted

        seen = await until(look, what=f"the approval of {instance_id} shows {wanted}", holds=holds)
        assert seen is not None
        return seen

    async def vote(self, instance_id: str, by: str, *, approve: bool = True, reason: str = "") -> None:
        """Raise the event that is a vote."""
        payload = {"by": by, "approve": approve, "reason": reason}
        await self.runner.client.raise_event(instance_id, "approval", payload)

    async def ended(self, instance_id: str) -> InstanceView:
        """The instance, once it has ended."""
        return await self.runner.ended(instance_id)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def clocked(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Clocked]:
    clock, folder = TestClock(), tmp_path_factory.mktemp("engine")
    async with (
        EmbeddedServer(folder / "engine.db", clock=clock, port=0, bindings={}) as server,
        Shop(folder, server.port) as shop,
    ):
        client, outside = EngineClient(host="127.0.0.1", port=server.port), Outside(shop)
        clocked = Clocked(clock, server.port, Runner(client), outside, shop)
        await clocked.deploy()
        yield clocked
        await clocked.stop()
        await client.aclose()


@pytest.fixture(autouse=True)
def _nothing_is_wrong_outside(clocked: Clocked) -> None:
    clocked.outside.recover()
