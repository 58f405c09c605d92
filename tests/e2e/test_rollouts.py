"""New pods and a changed chart under steady load: no request fails, no workflow is lost."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime

import pytest
import pytest_asyncio

from tests.e2e.batch import Batch
from tests.e2e.cluster import NAMESPACE, call
from tests.e2e.installation import VALUES, upgrade
from tests.e2e.load import PER_S, steady_load
from tests.e2e.stage import Stage
from tests.harness.waiting import true, until

pytestmark = pytest.mark.e2e

USUAL = {"worker": {"preStopSeconds": 8, "activityDelaySeconds": {"assign_task": 0}}}
"""As the chart has it. The other tests make activities long, and the end of a worker short, so that what is in flight
has to run again."""


@pytest_asyncio.fixture(loop_scope="session")
async def usual(stage: Stage) -> AsyncIterator[Stage]:
    """The release as the chart has it; afterwards as the other tests want it."""
    await upgrade(USUAL)
    await stage.in_order()
    yield stage
    await upgrade(VALUES)


async def test_a_rollout_restart_of_worker_and_api_fails_no_request_and_loses_no_workflow(
    usual: Stage,
) -> None:
    async def restart() -> None:
        await _restart(usual, "worker")
        await _restart(usual, "api")

    await _loses_nothing_under_load(usual, "rollout restart", restart)


async def test_an_upgrade_with_changed_values_fails_no_request_and_loses_no_workflow(
    usual: Stage,
) -> None:
    async def change() -> None:
        await upgrade({"worker": {"maxActivities": 150}, "api": {"maxBodyBytes": 200_000}})

    await _loses_nothing_under_load(usual, "helm upgrade", change)


async def _loses_nothing_under_load(stage: Stage, what: str, strike: Callable[[], Awaitable[None]]) -> None:
    # given
    batch = stage.batch()
    async with steady_load(stage.cluster, batch) as load:
        await _is_under_way(batch, stage)

        # when
        struck_at = time.time()
        await strike()
        await stage.in_order()
        seen = await load.stop()

    # then
    assert seen.failures == []
    assert seen.per_s == pytest.approx(PER_S, rel=0.1)
    outcome = await batch.outcome(struck_at)
    stage.report.add(f"{what} of worker and API at {PER_S} requests/s", outcome)
    assert outcome.flawless, outcome


async def _is_under_way(batch: Batch, stage: Stage) -> None:
    """Wait until workflows of the load are running."""
    under_way = true(lambda: stage.journal.begun(f"task-{batch.prefix}-") >= PER_S)
    await until(under_way, what="workflows of the load run", timeout_s=30, poll_s=0.1)


async def _restart(stage: Stage, component: str) -> None:
    """What `kubectl rollout restart` does: an annotation of the pod template changes."""
    now = {"kubectl.kubernetes.io/restartedAt": datetime.now(UTC).isoformat()}
    patch = {"spec": {"template": {"metadata": {"annotations": now}}}}
    await call(stage.cluster.apps.patch_namespaced_deployment, f"durably-{component}", NAMESPACE, patch)
