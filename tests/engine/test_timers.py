"""Durable timers."""

from datetime import datetime, timedelta

from durably.contracts.instances import InstanceStatus
from tests.harness.runner import Runner


async def test_a_timer_fires_at_its_time_and_not_before(runner: Runner) -> None:
    view = await runner.run("sleeper", {"seconds": 0.5})
    waited = datetime.fromisoformat(view.output["fired"]) - datetime.fromisoformat(view.output["begun"])
    assert timedelta(seconds=0.5) <= waited < timedelta(seconds=1.5)


async def test_a_timer_in_the_past_fires_at_once(runner: Runner) -> None:
    view = await runner.run("sleeper", {"seconds": -60})
    assert view.status is InstanceStatus.COMPLETED
    assert view.updated_at - view.created_at < timedelta(seconds=2)


async def test_timers_fire_in_the_order_of_their_times(runner: Runner) -> None:
    assert (await runner.run("timers_race", [0.9, 0.3, 0.6])).output == [0.3, 0.6, 0.9]


async def test_a_timer_is_in_the_history_with_its_time(runner: Runner) -> None:
    view = await runner.run("sleeper", {"seconds": 0.2})
    (created,) = await runner.events(view.instance_id, "timerCreated")
    (fired,) = await runner.events(view.instance_id, "timerFired")
    assert created.fire_at is not None
    assert created.fire_at == datetime.fromisoformat(view.output["begun"] + "+00:00") + timedelta(seconds=0.2)
    assert fired.scheduled_id == created.event_id
    assert fired.timestamp >= created.fire_at
