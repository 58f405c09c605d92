"""The worker pod is deleted in the middle of a workflow: it goes on at the right activity, on another pod."""

import pytest

from durably.contracts.names import ASSIGN_TASK, SEND_NOTIFICATION, VALIDATE_TASK
from tests.e2e.batch import Batch
from tests.e2e.evidence import Execution, percentile
from tests.e2e.installation import ROOT
from tests.e2e.stage import Stage
from tests.e2e.timeline import draw_timeline

pytestmark = pytest.mark.e2e

FORCED, GRACEFUL = "forced", "graceful"
WAYS = (FORCED, GRACEFUL)
WORKFLOWS = 12
LIMIT_S = 1.5
"""What a workflow may stand still where another worker is there to take over; 95 of 100 have to keep to it."""


@pytest.mark.parametrize("way", WAYS)
async def test_with_two_replicas_work_goes_on_at_once_at_the_activity_that_was_in_flight(
    stage: Stage, way: str, repetitions: int, pytestconfig: pytest.Config
) -> None:
    pauses: list[float] = []
    for _ in range(repetitions):
        # given
        await stage.in_order()
        batch, hit = await _in_the_middle_of_assigning(stage)

        # when
        struck_at = await stage.delete_worker(hit.pod, forced=way == FORCED)

        # then
        await batch.all_ended()
        outcome = await batch.outcome(struck_at)
        stage.report.add(f"worker pod deleted ({way}), two replicas", outcome)
        assert outcome.flawless, outcome
        _resumed_elsewhere(batch, hit)
        pauses += outcome.pauses_s
        _draw(batch, struck_at, way, docs=pytestconfig.getoption("--write-docs"))
    assert percentile(pauses, 0.95) <= LIMIT_S, sorted(pauses)


@pytest.mark.parametrize("way", WAYS)
async def test_with_one_replica_work_goes_on_when_the_next_pod_is_there(stage: Stage, way: str) -> None:
    # given
    await stage.cluster.scale("worker", 1)
    try:
        batch, hit = await _in_the_middle_of_assigning(stage)

        # when
        struck_at = await stage.delete_worker(hit.pod, forced=way == FORCED)

        # then
        await batch.all_ended()
        outcome = await batch.outcome(struck_at)
        stage.report.add(f"worker pod deleted ({way}), one replica", outcome)
        assert outcome.flawless, outcome
        _resumed_elsewhere(batch, hit)
    finally:
        await stage.cluster.scale("worker", 2)


async def _in_the_middle_of_assigning(stage: Stage) -> tuple[Batch, Execution]:
    """Workflows in flight, and an assignment that has just begun, so that a stopping pod cannot finish it."""
    batch = stage.batch()
    await batch.start(WORKFLOWS, every_s=0.2)
    return batch, await batch.running(batch.instances[-1], ASSIGN_TASK)


def _resumed_elsewhere(batch: Batch, hit: Execution) -> None:
    """What was recorded did not run again; what was in flight did, on another pod and under the same key."""
    assert len(batch.runs(hit.instance_id, VALIDATE_TASK)) == 1
    first, again = batch.runs(hit.instance_id, ASSIGN_TASK)
    assert (first.pod, first.outcome) in {(hit.pod, None), (hit.pod, "cancelled")}
    assert again.pod != hit.pod
    assert again.outcome == "completed"
    assert again.task_execution_id == first.task_execution_id
    (notified,) = batch.runs(hit.instance_id, SEND_NOTIFICATION)
    assert notified.pod != hit.pod


def _draw(batch: Batch, struck_at: float, way: str, *, docs: bool) -> None:
    folder = ROOT / ("docs/images" if docs else "build")
    runs = {instance_id: batch.runs(instance_id) for instance_id in batch.instances}
    title = f"A worker pod is deleted ({way}) at 0, two replicas"
    draw_timeline(runs, struck_at, title, folder / f"timeline-{way}.svg")
