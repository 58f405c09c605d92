"""Instances that have failed say why."""

from durably.contracts.instances import InstanceStatus
from tests.harness.runner import Runner


async def test_an_exception_in_a_workflow_leaves_type_message_and_stack(runner: Runner) -> None:
    view = await runner.run("explode", "this is the reason")
    assert view.status is InstanceStatus.FAILED
    assert view.failure is not None
    assert view.failure.type == "CustomError"
    assert view.failure.message == "this is the reason"
    assert "explode" in (view.failure.stack or "")


async def test_a_workflow_result_that_is_not_json_fails_the_instance(runner: Runner) -> None:
    view = await runner.run("odd_result")
    assert view.status is InstanceStatus.FAILED
    assert view.failure is not None
    assert "odd_result returned what JSON cannot hold" in view.failure.message


async def test_a_failure_that_nobody_caught_is_the_failure_of_the_instance(runner: Runner) -> None:
    view = await runner.run("call", {"activity": "fail", "input": "the printer is on fire"})
    assert view.status is InstanceStatus.FAILED
    assert view.failure is not None
    assert "the printer is on fire" in view.failure.message
