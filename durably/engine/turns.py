"""A workflow's turns, watched: each time that its code runs, from the first line on, until it waits again or ends."""

from collections.abc import Callable, Generator
from datetime import datetime
from typing import Any

from durably.contracts.instances import InstanceStatus
from durably.contracts.observations import HostObserver, WorkflowRun
from durably.engine.payloads import given, plain
from durably.engine.registry import WorkflowDefinition
from durably.engine.workflow import WorkflowContext


def watched(
    definition: WorkflowDefinition, observer: HostObserver, learn_workflow: Callable[[str, str], None]
) -> Callable[..., Generator[Any, Any, Any]]:
    """The generator function that the SDK is given for a workflow version.

    Args:
        definition: The workflow version.
        observer: Told of the start, of each replay and of the end; never twice of one, as replay is looked at.
        learn_workflow: Told which workflow an instance id belongs to.
    """
    model, about = definition.input_model, f"{definition.name} {definition.version}"

    def workflow(ctx: WorkflowContext, payload: Any = None) -> Generator[Any, Any, Any]:
        run = WorkflowRun(ctx.instance_id, definition.name, definition.version)
        learn_workflow(run.instance_id, run.workflow)
        begun = ctx.current_utc_datetime
        lives_on = _continuing(ctx)
        (observer.workflow_replayed if ctx.is_replaying else observer.workflow_started)(run)
        try:
            result = yield from definition.run(ctx, given(model, {} if payload is None else payload, to=about))
            result = plain(result, of=f"Workflow {run.workflow}")
        except Exception as error:
            _ended(observer, run, ctx, begun, InstanceStatus.FAILED, error)
            raise
        if lives_on():
            if not ctx.is_replaying:
                observer.workflow_continued(run)
        else:
            _ended(observer, run, ctx, begun, InstanceStatus.COMPLETED, None)
        return result

    workflow.__name__ = definition.name
    return workflow


def _continuing(ctx: WorkflowContext) -> Callable[[], bool]:
    """Whether the workflow has asked to continue as new. The context does not tell, so its one call is listened to."""
    asked: list[bool] = []
    ask = ctx.continue_as_new

    def continue_as_new(new_input: Any, *, save_events: bool = False) -> None:
        asked.append(True)
        ask(new_input, save_events=save_events)

    ctx.continue_as_new = continue_as_new  # this turn's context only
    return lambda: bool(asked)


def _ended(
    observer: HostObserver,
    run: WorkflowRun,
    ctx: WorkflowContext,
    begun: datetime,
    status: InstanceStatus,
    error: BaseException | None,
) -> None:
    if not ctx.is_replaying:
        observer.workflow_ended(run, status, (ctx.current_utc_datetime - begun).total_seconds(), error)
