"""Activities: inputs, results, side by side, first past the post."""

from typing import Any

import pytest

from durably.contracts.instances import InstanceStatus
from tests.harness.behaviours import activities as act
from tests.harness.behaviours.world import World
from tests.harness.runner import Host, Runner
from tests.harness.waiting import true, until


async def test_a_workflow_gets_the_results_of_its_activities_in_order(runner: Runner) -> None:
    view = await runner.run("sequence", ["one", "two", "three"])
    assert view.status is InstanceStatus.COMPLETED
    assert view.output == ["one", "two", "three"]


@pytest.mark.parametrize(
    "value",
    [None, False, 0, 1.5, "", "Grüße, 世界 \u2028 \"'\\", [], {}, {"a": [1, {"b": None}]}, 2**53],
    ids=["null", "false", "zero", "float", "empty-text", "odd-text", "empty-list", "empty-object", "nested", "big"],
)
async def test_any_json_value_passes_unchanged_through_an_activity(runner: Runner, world: World, value: Any) -> None:
    view = await runner.run("call", {"activity": act.ECHO, "input": value})
    assert view.output == value
    assert [run.payload for run in world.of(view.instance_id)] == [value]


async def test_an_activity_that_succeeds_runs_once(runner: Runner, world: World) -> None:
    view = await runner.run("sequence", [1, 2, 3])
    assert [run.payload for run in world.of(view.instance_id)] == [1, 2, 3]


async def test_an_activity_knows_its_instance_and_its_execution(runner: Runner) -> None:
    view = await runner.run("call", {"activity": act.WHO_AM_I})
    (scheduled,) = await runner.events(view.instance_id, "taskScheduled")
    assert view.output == {
        "instance_id": view.instance_id,
        "task_execution_id": scheduled.task_execution_id,
        "attempt": 1,
    }
    assert scheduled.task_execution_id


async def test_every_activity_call_has_an_execution_id_of_its_own(runner: Runner, world: World) -> None:
    view = await runner.run("sequence", [1] * 5)
    assert len({run.ctx.task_execution_id for run in world.of(view.instance_id)}) == 5


async def test_when_all_runs_its_activities_side_by_side(runner: Runner, world: World) -> None:
    """All ten are in flight at once: none passes the gate before the last one is there."""
    gate = runner.new_id("gate")
    instance_id = await runner.start("fan_out", [{"activity": act.WAIT_AT, "input": gate}] * 10)
    await until(true(lambda: world.waiting[gate] == 10), what="ten activities wait at the gate")
    world.open(gate)
    assert (await runner.ended(instance_id)).output == [gate] * 10


async def test_when_all_returns_results_in_the_order_of_the_calls(runner: Runner) -> None:
    naps = [{"activity": act.NAP, "input": {"seconds": s, "value": i}} for i, s in enumerate([0.3, 0.0, 0.15])]
    assert (await runner.run("fan_out", naps)).output == [0, 1, 2]


async def test_when_all_waits_for_every_activity_even_when_one_fails(runner: Runner, world: World) -> None:
    gate = runner.new_id("gate")
    calls = [{"activity": act.FAIL, "input": "no"}, {"activity": act.WAIT_AT, "input": gate}]
    instance_id = await runner.start("fan_out", calls)
    await runner.recorded(instance_id, "taskFailed")
    assert (await runner.client.wait(instance_id, timeout_s=0.5)).status is InstanceStatus.RUNNING
    world.open(gate)
    view = await runner.ended(instance_id)
    assert view.status is InstanceStatus.FAILED
    assert len(await runner.events(instance_id, "taskCompleted")) == 1


async def test_when_any_goes_on_with_the_first_activity_that_ends(runner: Runner, world: World) -> None:
    gate = runner.new_id("gate")
    calls = [{"activity": act.WAIT_AT, "input": gate}, {"activity": act.ECHO, "input": "quick"}]
    view = await runner.run("race", calls)
    assert view.output == {"index": 1, "result": "quick"}
    assert world.waiting[gate] == 1, "the slow one still runs"
    world.open(gate)


async def test_a_hundred_activities_at_once_all_come_back(runner: Runner) -> None:
    calls = [{"activity": act.ECHO, "input": i} for i in range(100)]
    assert (await runner.run("fan_out", calls)).output == list(range(100))


async def test_a_result_that_is_not_json_fails_the_activity_and_says_so(runner: Runner) -> None:
    view = await runner.run("call", {"activity": act.UNSERIALISABLE})
    assert view.status is InstanceStatus.FAILED
    assert view.failure is not None
    assert "unserialisable returned what JSON cannot hold" in view.failure.message


async def test_the_observer_hears_of_each_start_and_end_once(runner: Runner, host: Host) -> None:
    """Replay does not repeat what was told: two activities are three turns of the workflow's code."""
    view = await runner.run("sequence", [1, 2])
    seen = host.observed
    await until(
        true(lambda: [s for r, s in seen.ended if r.instance_id == view.instance_id]), what="the end was observed"
    )
    assert [r.workflow for r in seen.started if r.instance_id == view.instance_id] == ["sequence"]
    assert [s for r, s in seen.ended if r.instance_id == view.instance_id] == [InstanceStatus.COMPLETED]
    assert len([r for r in seen.replayed if r.instance_id == view.instance_id]) == 2
    assert len([r for r in seen.activities_started if r.instance_id == view.instance_id]) == 2
    assert [e for r, e in seen.activities_ended if r.instance_id == view.instance_id] == [None, None]


async def test_a_payload_of_a_megabyte_passes(runner: Runner) -> None:
    text = "x" * 1_000_000
    assert (await runner.run("call", {"activity": act.ECHO, "input": text})).output == text
