"""Careless releases of `plan` that have something else where it waits for `go`, which the SDK by itself lets pass."""

from datetime import timedelta
from typing import Final

from durably.engine.registry import WorkflowFunction
from durably.engine.workflow import WorkflowContext
from tests.harness.behaviours import activities as act
from tests.harness.behaviours.workflows import Turns
from tests.harness.behaviours.world import Anything


def _calls_more_before_it_waits(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.call_activity(act.ECHO, input="first")
    yield ctx.call_activity(act.ECHO, input="more")
    yield ctx.wait_for_external_event("go")


def _calls_more_on_the_side(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.call_activity(act.ECHO, input="first")
    ctx.call_activity(act.ECHO, input="nobody waits for this")
    yield ctx.wait_for_external_event("go")


def _calls_more_and_catches_everything(ctx: WorkflowContext, given: Anything) -> Turns:
    try:
        yield from _calls_more_before_it_waits(ctx, given)
    except Exception:  # noqa: BLE001 - not even this takes a difference for a failure
        return "caught"
    return None


def _calls_instead_of_waiting(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.call_activity(act.ECHO, input="first")
    return (yield ctx.call_activity(act.ECHO, input="second"))


def _sleeps_instead_of_waiting(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.call_activity(act.ECHO, input="first")
    yield ctx.create_timer(timedelta(seconds=0))


def _waits_for_another_event(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.call_activity(act.ECHO, input="first")
    yield ctx.wait_for_external_event("went")


OTHER_THAN_WAITING: Final[dict[str, WorkflowFunction]] = {
    function.__name__.strip("_"): function
    for function in (
        _calls_more_before_it_waits,
        _calls_more_on_the_side,
        _calls_more_and_catches_everything,
        _calls_instead_of_waiting,
        _sleeps_instead_of_waiting,
        _waits_for_another_event,
    )
}
"""Code that fits the history of a `plan` that waits for `go`, but for that wait."""
