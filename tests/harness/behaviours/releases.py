"""One workflow as it is released again and again: registries of the old worker and of the new."""

from typing import Any

from durably.engine.registry import Registry
from durably.engine.workflow import WorkflowContext
from tests.harness.behaviours import activities as act
from tests.harness.behaviours.activities import behaviour_activities
from tests.harness.behaviours.workflows import BEHAVIOUR_WORKFLOWS, Turns, define
from tests.harness.behaviours.world import Anything, World


def _first_release(ctx: WorkflowContext, _given: Anything) -> Turns:
    payload = yield ctx.wait_for_external_event("go")
    return ["v1", payload]


def _second_release(ctx: WorkflowContext, _given: Anything) -> Turns:
    """Not compatible with the first: it calls an activity before it waits."""
    yield ctx.call_activity(act.ECHO, input="new in v2")
    payload = yield ctx.wait_for_external_event("go")
    return ["v2", payload]


def _unpatched(ctx: WorkflowContext, _given: Anything) -> Turns:
    yield ctx.wait_for_external_event("first")
    yield ctx.wait_for_external_event("second")
    return (yield ctx.call_activity(act.ECHO, input="end"))


def _patched(ctx: WorkflowContext, _given: Anything) -> Turns:
    """The same version with one step more, for those instances that had not come that far."""
    yield ctx.wait_for_external_event("first")
    if ctx.is_patched("tell-legal"):
        yield ctx.call_activity(act.ECHO, input="legal was told")
    yield ctx.wait_for_external_event("second")
    return (yield ctx.call_activity(act.ECHO, input="end"))


_V1 = define(_first_release, name="released", version="v1")
_V2 = define(_second_release, name="released", version="v2")


def old_worker(world: World) -> Registry:
    """Knows version 1 of `released`, and `patched` before the patch."""
    return _registry(world, _V1, define(_unpatched, name="patched"))


def new_worker(world: World) -> Registry:
    """Knows versions 1 and 2 of `released`, and `patched` after the patch."""
    return _registry(world, _V1, _V2, define(_patched, name="patched"))


def _registry(world: World, *workflows: Any) -> Registry:
    return Registry(workflows=(*BEHAVIOUR_WORKFLOWS, *workflows), activities=behaviour_activities(world))
