"""Failing activities: tried again as the policy says, and told in words."""

from itertools import pairwise
from typing import Any

from durably.contracts.instances import InstanceStatus
from tests.harness.behaviours import activities as act
from tests.harness.behaviours.world import World
from tests.harness.runner import Runner


def _under_policy(
    activity: str, payload: object, *, attempts: int, first_s: float = 0.05, backoff: float = 1
) -> dict[str, Any]:
    return {"activity": activity, "input": payload, "first_s": first_s, "attempts": attempts, "backoff": backoff}


async def test_a_failing_activity_is_tried_again_until_it_succeeds(runner: Runner, world: World) -> None:
    view = await runner.run("call_with_retry", _under_policy(act.FLAKY, {"failures": 2}, attempts=5))
    assert view.status is InstanceStatus.COMPLETED
    assert view.output == 3
    assert len(world.of(view.instance_id)) == 3


async def test_all_attempts_of_a_call_have_one_execution_id_and_are_counted(runner: Runner, world: World) -> None:
    """The execution id is the idempotency key of an effect, so a retry must not change it."""
    view = await runner.run("call_with_retry", _under_policy(act.FLAKY, {"failures": 2}, attempts=5))
    runs = world.of(view.instance_id)
    assert len({run.ctx.task_execution_id for run in runs}) == 1
    assert [run.ctx.attempt for run in runs] == [1, 2, 3]


async def test_the_pause_between_attempts_grows_by_the_backoff(runner: Runner, world: World) -> None:
    policy = _under_policy(act.FLAKY, {"failures": 2}, attempts=3, first_s=0.2, backoff=3)
    view = await runner.run("call_with_retry", policy)
    first, second = (later.at - earlier.at for earlier, later in pairwise(world.of(view.instance_id)))
    assert 0.2 <= first < 0.55
    assert 0.6 <= second < 1.2


async def test_after_the_last_attempt_the_workflow_fails_with_the_reason(runner: Runner, world: World) -> None:
    view = await runner.run("call_with_retry", _under_policy(act.FLAKY, {"failures": 9}, attempts=3))
    assert view.status is InstanceStatus.FAILED
    assert view.failure is not None
    assert "attempt 3 fails" in view.failure.message
    assert len(world.of(view.instance_id)) == 3


async def test_every_attempt_is_in_the_history(runner: Runner) -> None:
    view = await runner.run("call_with_retry", _under_policy(act.FLAKY, {"failures": 2}, attempts=5))
    kinds = [event.type for event in await runner.events(view.instance_id)]
    assert kinds.count("taskScheduled") == 3
    assert kinds.count("taskFailed") == 2
    assert kinds.count("timerFired") == 2
    assert kinds.count("taskCompleted") == 1


async def test_without_a_policy_a_failing_activity_is_not_tried_again(runner: Runner, world: World) -> None:
    view = await runner.run("call", {"activity": act.FLAKY, "input": {"failures": 1}})
    assert view.status is InstanceStatus.FAILED
    assert len(world.of(view.instance_id)) == 1


async def test_an_error_that_says_so_is_never_tried_again(runner: Runner, world: World) -> None:
    view = await runner.run("call_with_retry", _under_policy(act.FAIL_FOR_GOOD, "not like this", attempts=5))
    assert view.status is InstanceStatus.FAILED
    assert view.failure is not None
    assert "not like this" in view.failure.message
    assert len(world.of(view.instance_id)) == 1


async def test_an_error_message_of_odd_characters_arrives_as_it_is(runner: Runner) -> None:
    message = 'not {"json": \n\t\\ "quoted" 世界 è \u2028'
    view = await runner.run("catch", {"activity": act.FAIL, "input": message})
    assert view.output == {"caught": {"type": "ValueError", "message": message}}


async def test_a_workflow_can_catch_the_failure_and_go_on(runner: Runner) -> None:
    view = await runner.run("catch", {"activity": act.FLAKY, "input": {"failures": 1}})
    assert view.status is InstanceStatus.COMPLETED
    assert view.output == {"caught": {"type": "CustomError", "message": "attempt 1 fails"}}


async def test_a_failed_activity_leaves_type_message_and_stack_in_the_history(runner: Runner) -> None:
    view = await runner.run("call", {"activity": act.FAIL, "input": "broken"})
    (failed,) = await runner.events(view.instance_id, "taskFailed")
    assert failed.failure is not None
    assert failed.failure.type == "ValueError"
    assert failed.failure.message == "broken"
    assert "raise ValueError(given.root)" in (failed.failure.stack or "")
