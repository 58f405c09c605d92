"""Every part that can die dies once, with workflows in flight."""

import time
from contextlib import AsyncExitStack

import pytest

from tests.e2e.faults import FAULTS, Fault
from tests.e2e.stage import Stage

pytestmark = pytest.mark.e2e

WORKFLOWS = 20


@pytest.mark.parametrize("fault", FAULTS, ids=[fault.name for fault in FAULTS])
async def test_a_fault_loses_nothing_and_does_nothing_twice(stage: Stage, fault: Fault, spared: str | None) -> None:
    if fault.beyond and spared:
        pytest.skip(spared)
    if reason := await fault.obstacle(stage.cluster):
        pytest.skip(reason)

    # given
    batch = stage.batch()
    await batch.start(WORKFLOWS, every_s=0.1)
    await batch.all_begun()

    async with AsyncExitStack() as repairs:
        # when
        struck_at = time.time()
        await fault.strike(stage.cluster, repairs)

        # then
        outcome = await batch.outcome(struck_at, within_s=fault.within_s)
    stage.report.add(fault.name, outcome)
    assert outcome.flawless, outcome
    assert outcome.pauses_s, "nothing was in flight"
