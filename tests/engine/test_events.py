"""External events: kept until they are waited for, delivered in order, whatever they carry."""

from typing import Any

import pytest

from durably.contracts.errors import InstanceEndedError, InstanceNotFoundError
from durably.contracts.instances import InstanceStatus
from tests.harness.behaviours.world import World
from tests.harness.runner import Runner
from tests.harness.waiting import true, until


async def test_an_event_reaches_the_workflow_that_waits_for_it(runner: Runner) -> None:
    instance_id = await runner.start("wait_for_events", ["approve"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    await runner.client.raise_event(instance_id, "approve", {"by": "ada"})
    assert (await runner.ended(instance_id)).output == [{"by": "ada"}]


async def test_an_event_that_comes_before_the_wait_is_kept(runner: Runner, world: World) -> None:
    gate = runner.new_id("gate")
    instance_id = await runner.start("busy_then_wait", {"gate": gate, "events": ["approve"]})
    await until(true(lambda: world.waiting[gate] == 1), what="the activity waits at the gate")
    await runner.client.raise_event(instance_id, "approve", "early")
    world.open(gate)
    assert (await runner.ended(instance_id)).output == ["early"]


async def test_an_event_raised_twice_is_received_twice_and_in_order(runner: Runner, world: World) -> None:
    gate = runner.new_id("gate")
    instance_id = await runner.start("busy_then_wait", {"gate": gate, "events": ["item", "item"]})
    await until(true(lambda: world.waiting[gate] == 1), what="the activity waits at the gate")
    await runner.client.raise_event(instance_id, "item", 1)
    await runner.client.raise_event(instance_id, "item", 2)
    world.open(gate)
    assert (await runner.ended(instance_id)).output == [1, 2]


async def test_one_event_does_not_end_two_waits(runner: Runner) -> None:
    instance_id = await runner.start("wait_for_events", ["item", "item"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    await runner.client.raise_event(instance_id, "item", 1)
    await runner.recorded(instance_id, "eventRaised")
    assert (await runner.client.wait(instance_id, timeout_s=0.5)).status is InstanceStatus.RUNNING
    await runner.client.raise_event(instance_id, "item", 2)
    assert (await runner.ended(instance_id)).output == [1, 2]


async def test_events_of_other_names_wait_for_their_turn(runner: Runner) -> None:
    instance_id = await runner.start("wait_for_events", ["first", "second"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    await runner.client.raise_event(instance_id, "second", 2)
    await runner.client.raise_event(instance_id, "first", 1)
    assert (await runner.ended(instance_id)).output == [1, 2]


@pytest.mark.parametrize(
    "payload", [None, False, 0, "", [], {}], ids=["null", "false", "zero", "text", "list", "object"]
)
async def test_an_event_with_a_falsy_payload_arrives_as_it_is(runner: Runner, payload: Any) -> None:
    instance_id = await runner.start("wait_for_events", ["approve"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    await runner.client.raise_event(instance_id, "approve", payload)
    view = await runner.ended(instance_id)
    assert view.output == [payload]
    assert type(view.output[0]) is type(payload)


async def test_the_name_of_an_event_is_the_same_in_any_case(runner: Runner) -> None:
    instance_id = await runner.start("wait_for_events", ["Approve"])
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    await runner.client.raise_event(instance_id, "aPPROVE", "yes")
    assert (await runner.ended(instance_id)).output == ["yes"]


async def test_a_wait_whose_time_is_over_tells_the_workflow(runner: Runner) -> None:
    view = await runner.run("wait_with_timeout", {"event": "approve", "seconds": 0.3})
    assert view.output == {"timed_out": True}
    assert len(await runner.events(view.instance_id, "timerFired")) == 1


async def test_an_event_in_time_ends_the_wait(runner: Runner) -> None:
    instance_id = await runner.start("wait_with_timeout", {"event": "approve", "seconds": 30})
    await runner.reaches(instance_id, InstanceStatus.RUNNING)
    await runner.client.raise_event(instance_id, "approve", "yes")
    assert (await runner.ended(instance_id)).output == {"timed_out": False, "payload": "yes"}


async def test_an_event_for_an_instance_that_has_ended_is_refused(runner: Runner) -> None:
    view = await runner.run("sequence", [])
    with pytest.raises(InstanceEndedError, match=view.instance_id):
        await runner.client.raise_event(view.instance_id, "approve", 1)


async def test_an_event_for_an_instance_that_is_not_there_is_refused(runner: Runner) -> None:
    with pytest.raises(InstanceNotFoundError):
        await runner.client.raise_event(runner.new_id("nobody"), "approve", 1)


async def test_many_events_at_once_arrive_all_and_in_order(runner: Runner, world: World) -> None:
    gate, count = runner.new_id("gate"), 50
    instance_id = await runner.start("busy_then_wait", {"gate": gate, "events": ["item"] * count})
    await until(true(lambda: world.waiting[gate] == 1), what="the activity waits at the gate")
    for number in range(count):
        await runner.client.raise_event(instance_id, "item", number)
    world.open(gate)
    assert (await runner.ended(instance_id)).output == list(range(count))


async def test_an_event_that_nobody_takes_does_not_keep_an_instance_from_ending(runner: Runner, world: World) -> None:
    gate = runner.new_id("gate")
    instance_id = await runner.start("busy_then_wait", {"gate": gate, "events": []})
    await until(true(lambda: world.waiting[gate] == 1), what="the activity waits at the gate")
    await runner.client.raise_event(instance_id, "unwanted", 1)
    world.open(gate)
    assert (await runner.ended(instance_id)).status is InstanceStatus.COMPLETED


async def test_a_wait_of_no_time_is_over_at_once(runner: Runner) -> None:
    view = await runner.run("wait_with_timeout", {"event": "approve", "seconds": 0})
    assert view.output == {"timed_out": True}
    assert await runner.events(view.instance_id, "timerCreated") == ()
