"""The real worker with workflows that have something of everything to show: `python -m tests.web.page_worker`."""

from collections.abc import Generator
from datetime import timedelta
from typing import Any, Final, Literal

from pydantic import Field

from durably.authoring import (
    ActivityContext,
    ActivityDefinition,
    Environment,
    Frozen,
    Package,
    RetrySpec,
    WorkflowContext,
    WorkflowDefinition,
    retry,
)
from worker.__main__ import main
from worker.packages import orders, tasks

Turns = Generator[Any, Any, Any]

FRAGILE: Final = "fragile_workflow"
FAMILY: Final = "family_workflow"
PLAIN: Final = "plain_workflow"
FORGOTTEN: Final = "forgotten_workflow"
PARENT: Final = "parent_workflow"
FICKLE: Final = "fickle_workflow"
STEP: Final = "take_step"
NOT_THERE: Final = "take_no_step"
_RUN_BEFORE: Final[set[str]] = set()
_QUICKLY: Final = RetrySpec(timedelta(milliseconds=50), max_attempts=3, backoff=1, max_interval=timedelta(seconds=1))


class Step(Frozen):
    """One step of a fragile workflow."""

    text: str = ""
    broken: bool = False


class Place(Frozen):
    """Where something is."""

    street: str
    floor: int | None = None


class Everything(Frozen):
    """One field of each kind that a form can have.

    Names stand as they are in `code`.
    """

    text: str
    note: str | None = None
    number: float = 1.5
    whole: int = Field(ge=0)
    agreed: bool = False
    size: Literal["small", "large"] = "small"
    place: Place
    elsewhere: Place | None = None
    tags: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    free: dict[str, int] = Field(default_factory=dict)


class Anything(Frozen):
    """A result."""

    said: Any = None


async def take_step(_: ActivityContext, step: Step) -> str:
    """Fail where the step is broken; idempotent, for it has no effect."""
    if step.broken:
        raise ValueError(f"broken: {step.text}")
    return step.text


def fragile(ctx: WorkflowContext, step: Step) -> Turns:
    """A step that may fail, three times."""
    yield ctx.call_activity(STEP, input=Step(text="before"))
    said = yield ctx.call_activity(STEP, input=step, retry_policy=retry(_QUICKLY))
    return Anything(said=said)


def family(ctx: WorkflowContext, given: Anything) -> Turns:
    """A timer, a child, and then it waits for the event `go`."""
    yield ctx.create_timer(timedelta(milliseconds=20))
    yield ctx.call_child_workflow(PLAIN, input=Everything(text="child", whole=1, place=Place(street="Elm")))
    return Anything(said=[given.said, (yield ctx.wait_for_external_event("go"))])


def plain(_: WorkflowContext, given: Everything) -> Turns:
    """Return the input."""
    return Anything(said=given.model_dump(mode="json"))
    yield


def forgotten(ctx: WorkflowContext, step: Step) -> Turns:
    """Call an activity that no worker has."""
    yield ctx.call_activity(STEP, input=step)
    yield ctx.call_activity(NOT_THERE, input=step)
    return Anything()


def parent(ctx: WorkflowContext, step: Step) -> Turns:
    """Wait for a child that never comes to its end."""
    yield ctx.call_child_workflow(FORGOTTEN, input=step)
    return Anything()


def fickle(ctx: WorkflowContext, step: Step) -> Turns:
    """Ask for another activity when it runs again than when it ran first, as no workflow may."""
    again = ctx.instance_id in _RUN_BEFORE
    _RUN_BEFORE.add(ctx.instance_id)
    yield ctx.call_activity(NOT_THERE if again else STEP, input=step)
    return Anything()


def showing(_: Environment) -> Package:
    """What there is to show."""
    return Package(
        workflows=(
            WorkflowDefinition(FRAGILE, "v1", fragile, Step, Anything),
            WorkflowDefinition(FAMILY, "v1", family, Anything, Anything),
            WorkflowDefinition(PLAIN, "v1", plain, Everything, Anything),
            WorkflowDefinition(FORGOTTEN, "v1", forgotten, Step, Anything),
            WorkflowDefinition(PARENT, "v1", parent, Step, Anything),
            WorkflowDefinition(FICKLE, "v1", fickle, Step, Anything),
        ),
        activities=(ActivityDefinition(STEP, take_step, Step),),
    )


if __name__ == "__main__":
    main(packages=(showing, tasks.declare, orders.declare))
