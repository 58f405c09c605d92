"""kill -9 of each part, with 20 task pipelines in flight at different activities.

The real worker and API run as processes on each engine. What is asserted comes from the histories, from the worker's
log and from the receiver of notifications, which is a process of its own and is never killed.
"""

import pytest

from tests.harness.pipelines import DELAYS_S, Pipelines
from tests.harness.stack import EngineKind, Stack

pytestmark = [pytest.mark.crash, pytest.mark.timeout(180)]


async def test_kill_of_the_worker(stack: Stack) -> None:
    async with Pipelines(stack) as pipelines:
        before, lost = await pipelines.crash("worker")
        await pipelines.all_is_well(before)
        pipelines.what_was_in_flight_ran_again(lost)


async def test_a_notification_that_was_sent_and_not_recorded_is_sent_again_under_the_same_key(stack: Stack) -> None:
    """The hardest moment of a kill: after the effect, before its record. At least once on the way, once in effect."""
    async with Pipelines(stack) as pipelines:
        await pipelines.brink()
        stack.worker.kill()
        sent = pipelines.effects_without_record(pipelines.in_flight())
        assert sent
        await stack.recover()
        await pipelines.ended()
        for task_id in sent:
            assert len(stack.receiver.deliveries(task_id)) > 1
            assert len(stack.receiver.effects(task_id)) == 1


async def test_kill_of_the_engine(stack: Stack) -> None:
    """The embedded engine, or the worker's daprd. The worker lives on, and what it runs meanwhile is run again."""
    async with Pipelines(stack) as pipelines:
        before, lost = await pipelines.crash(stack.engine.front.name)
        await pipelines.all_is_well(before)
        pipelines.what_was_in_flight_ran_again(lost)


async def test_kill_of_worker_and_engine_at_once(stack: Stack) -> None:
    async with Pipelines(stack) as pipelines:
        before, lost = await pipelines.crash("worker", stack.engine.front.name)
        await pipelines.all_is_well(before)
        pipelines.what_was_in_flight_ran_again(lost)


async def test_kill_of_the_api(stack: Stack) -> None:
    """Nothing that runs notices, and what the API had accepted is there when it is back."""
    async with Pipelines(stack) as pipelines:
        before, _ = await pipelines.crash("api")
        await pipelines.all_is_well(before)
        pipelines.nothing_ran_twice()


async def test_kill_of_everything(stack: Stack) -> None:
    async with Pipelines(stack) as pipelines:
        every_one = [process.name for process in stack.processes if process is not stack.receiver.process]
        before, lost = await pipelines.crash(*every_one)
        await pipelines.all_is_well(before)
        pipelines.what_was_in_flight_ran_again(lost)


@pytest.mark.dapr
@pytest.mark.parametrize("engine_kind", ["dapr"], indirect=True, ids=["dapr"])
@pytest.mark.parametrize("part", ["redis", "scheduler", "placement", "daprd-api"])
async def test_kill_of_a_part_of_dapr(stack: Stack, part: str) -> None:
    async with Pipelines(stack) as pipelines:
        before, _ = await pipelines.crash(part)
        await pipelines.all_is_well(before)


async def test_the_evidence_convicts_a_worker_whose_idempotency_keys_change(
    engine_kind: EngineKind, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The negative control: the same crash and the same assertion, on a worker that is broken on purpose."""
    folder = tmp_path_factory.mktemp(f"broken-{engine_kind}")
    stack = Stack(folder, engine=engine_kind, delays_s=DELAYS_S, worker_module="tests.harness.broken_worker")
    try:
        await stack.start()
        async with Pipelines(stack) as pipelines:
            before, _ = await pipelines.crash("worker")
            await pipelines.ended()
            with pytest.raises(AssertionError, match="was announced 2 times"):
                await pipelines.no_effect_happened_twice(before)
    finally:
        await stack.stop()
