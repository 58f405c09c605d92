"""Releases that were made carelessly: other code under a version that instances are under way with."""

from datetime import timedelta
from typing import Any, Final

from durably.engine.registry import ActivityDefinition, Registry, WorkflowDefinition, WorkflowFunction
from durably.engine.workflow import WorkflowContext, when_all
from tests.harness.behaviours import activities as act
from tests.harness.behaviours.activities import behaviour_activities
from tests.harness.behaviours.workflows import BEHAVIOUR_WORKFLOWS, Turns, define
from tests.harness.behaviours.world import Anything, World

PLAN: Final = "plan"
FAN: Final = "fan"
LATER: Final = "later"
"""An activity that only some workers have."""


def plan(ctx: WorkflowContext, _given: Anything) -> Turns:
    """An activity, then a wait for `go`, then another activity."""
    ctx.set_custom_status("under way")
    first = yield ctx.call_activity(act.ECHO, input="first")
    went = yield ctx.wait_for_external_event("go")
    return [first, went, (yield ctx.call_activity(act.ECHO, input="second"))]


def _calls_another_activity(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.call_activity(act.WHO_AM_I)
    yield ctx.wait_for_external_event("go")


def _sets_a_timer_instead(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.create_timer(timedelta(hours=1))
    yield ctx.wait_for_external_event("go")


def _waits_first(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.wait_for_external_event("go")
    yield ctx.call_activity(act.ECHO, input="first")


def _ends_before_it_waits(ctx: WorkflowContext, _given: Anything) -> Turns:
    return (yield ctx.call_activity(act.ECHO, input="first"))


def _raises_before_it_waits(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.call_activity(act.ECHO, input="first")
    raise ValueError("this code has a fault")


def _catches_everything(ctx: WorkflowContext, _given: Anything) -> Turns:
    try:
        yield ctx.call_activity(act.WHO_AM_I)
        yield ctx.wait_for_external_event("go")
    except Exception:  # noqa: BLE001 - what is shown: not even this takes a difference for a failure
        return "caught"
    return None


def _calls_nothing(ctx: WorkflowContext, _given: Anything) -> Turns:
    ctx.set_custom_status("nothing to do")
    return "nothing"
    yield


OTHER_CODE: Final[dict[str, WorkflowFunction]] = {
    function.__name__.strip("_"): function
    for function in (
        _calls_another_activity,
        _sets_a_timer_instead,
        _waits_first,
        _ends_before_it_waits,
        _raises_before_it_waits,
        _catches_everything,
        _calls_nothing,
    )
}
"""Code that does not fit the history of a `plan` that waits for `go`."""


def yields_no_task(ctx: WorkflowContext, _given: Anything) -> Turns:
    """What the SDK itself trips over while it replays."""
    yield ctx.call_activity(act.ECHO, input="first")
    yield "go"


def fan(ctx: WorkflowContext, given: Anything) -> Turns:
    """Two activities at once, of which one waits at the gate that the input names."""
    return (yield when_all([ctx.call_activity(act.ECHO, input=1), ctx.call_activity(act.WAIT_AT, input=given.root)]))


def other_fan(ctx: WorkflowContext, given: Anything) -> Turns:
    """The same two, the other way round."""
    return (yield when_all([ctx.call_activity(act.WAIT_AT, input=given.root), ctx.call_activity(act.ECHO, input=1)]))


def calls_later(ctx: WorkflowContext, _given: Anything) -> Turns:
    """Calls the activity that only some workers have."""
    return (yield ctx.call_activity(LATER, input="late"))


def raises_when_told(ctx: WorkflowContext, _given: Anything) -> Turns:
    """Raises, once the event `go` has come, what an SDK would raise for a replay that differs."""
    yield ctx.wait_for_external_event("go")
    raise NonDeterminismError("so says the code")


class NonDeterminismError(Exception):
    """The workflow's own, whatever it is called."""


def worker_with(world: World, *workflows: WorkflowDefinition, later: bool = False) -> Registry:
    """The behaviours, and these workflows; the activity `later` where it is asked for."""

    async def run_later(_ctx: Any, given: Anything) -> Any:
        return given.root

    more = (ActivityDefinition(name=LATER, run=run_later, input_model=Anything),) if later else ()
    return Registry(workflows=(*BEHAVIOUR_WORKFLOWS, *workflows), activities=(*behaviour_activities(world), *more))


def released(code: WorkflowFunction, name: str = PLAN, version: str = "v1") -> WorkflowDefinition:
    """Code, as it was released."""
    return define(code, name=name, version=version)
