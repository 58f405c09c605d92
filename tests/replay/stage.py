"""The built-in workflows on a real engine, with deadlines of seconds, so that all that they can do is done soon."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from durably.contracts.applications import ScreeningPolicy
from durably.contracts.approvals import ApprovalTerms
from durably.contracts.instances import InstanceView
from durably.contracts.orders import OrderTerms
from durably.contracts.recordings import Recording
from durably.contracts.tasks import TaskTerms
from durably.engine.client import EngineClient
from durably.engine.registry import Registry, WorkflowDefinition
from tests.harness.outside import Outside, Policies
from tests.harness.runner import Host, Runner
from tests.harness.shop import Shop
from tests.harness.waiting import until
from tests.workflows.asking import ASKING, PROBE
from worker.workflows.task_processing import TASK_PROCESSING_V1

_IMPATIENT: Final = ApprovalTerms(
    approvers=("ada", "bob"),
    deadline_s=3,
    remind_after_s=1,
    escalate_to=("eve",),
    escalate_after_s=2,
    on_deadline="reject",
)
POLICIES: Final = Policies(
    tasks=TaskTerms(approval_above=7, approval=_IMPATIENT),
    orders=OrderTerms(approval_limit_cents=10_000, approval=_IMPATIENT),
    screening=ScreeningPolicy(review=_IMPATIENT),
)


@dataclass
class Stage:
    """An engine with a worker, and what the workflows find outside."""

    runner: Runner
    outside: Outside
    shop: Shop

    async def begin(self, workflow: str, name: str, payload: dict[str, Any]) -> str:
        """Start an instance under a name that the engine has not had."""
        return await self.runner.start(workflow, payload, instance_id=f"recorded-{name}")

    async def ended(self, instance_id: str) -> InstanceView:
        """The instance, once it has ended."""
        return await self.runner.ended(instance_id, timeout_s=40)

    async def asks(self, instance_id: str) -> None:
        """Return once it waits for people."""

        async def look() -> bool:
            return bool((await self.runner.client.get(instance_id)).custom_status)

        await until(look, what=f"{instance_id} asks", timeout_s=15)

    async def vote(self, instance_id: str, by: str, *, approve: bool = True) -> None:
        """Raise the event that is a vote."""
        payload = {"by": by, "approve": approve, "reason": "as I see it"}
        await self.runner.client.raise_event(instance_id, "approval", payload)

    async def recording(self, instance_id: str) -> Recording:
        """The history, as a file keeps it."""
        return await self.runner.client.recording(instance_id)


@asynccontextmanager
async def staged(grpc_port: int, folder: Path, *, latest: tuple[WorkflowDefinition, ...] = ()) -> AsyncIterator[Stage]:
    """A worker with all released versions, connected to an engine.

    Args:
        grpc_port: Where the engine is.
        folder: For what the world outside writes.
        latest: The versions that new instances run, where these are not the latest.
    """
    client = EngineClient(host="127.0.0.1", port=grpc_port, call_timeout_s=10)
    async with Shop(folder, grpc_port) as shop:
        outside = Outside(shop)
        registry = released(outside, latest=latest)
        async with Host(registry, grpc_port) as host:
            await host.usable(client, workflow=PROBE)
            yield Stage(Runner(client), outside, shop)
    await client.aclose()


def released(outside: Outside, *, latest: tuple[WorkflowDefinition, ...] = ()) -> Registry:
    """Everything that a worker runs."""
    packages = outside.packages(POLICIES)
    workflows = [one for package in packages for one in package.workflows if one not in latest]
    activities = tuple(activity for package in packages for activity in package.activities)
    return Registry(workflows=(*workflows, *latest, *ASKING), activities=activities)


BEFORE_APPROVALS: Final = (TASK_PROCESSING_V1,)
