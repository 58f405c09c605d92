"""A workflow's turns, watched: each time that its code runs, from the first line on, until it waits again or ends."""

from collections.abc import Callable, Generator
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from durably.contracts.complaints import complaints
from durably.contracts.instances import InstanceStatus
from durably.contracts.observations import HostObserver, WorkflowRun
from durably.engine.registry import WorkflowDefinition
from durably.engine.sdk import shared
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

    def workflow(ctx: WorkflowContext, payload: Any = None) -> Generator[Any, Any, Any]:
        run = WorkflowRun(ctx.instance_id, definition.name, definition.version)
        learn_workflow(run.instance_id, run.workflow)
        begun = ctx.current_utc_datetime
        lives_on = _continuing(ctx)
        (observer.workflow_replayed if ctx.is_replaying else observer.workflow_started)(run)
        try:
            result = _plain(definition, (yield from definition.run(ctx, _given(definition, payload))))
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


def _given(definition: WorkflowDefinition, payload: Any) -> BaseModel:
    try:
        return definition.input_model.model_validate(payload if payload is not None else {})
    except ValidationError as error:
        # Not from the error: its own text quotes the input, and the text of a fault is shown and logged.
        said = f"The input does not fit {definition.name} {definition.version}: {complaints(error)}"
        raise ValueError(said) from None


def _plain(definition: WorkflowDefinition, result: Any) -> Any:
    """A result as plain JSON values. SDK 1.19.0 leaves an instance running for ever whose result JSON cannot hold."""
    if isinstance(result, BaseModel):
        return result.model_dump(mode="json")
    try:
        shared.to_json(result)
    except (TypeError, ValueError) as error:
        raise TypeError(f"Workflow {definition.name} returned what JSON cannot hold: {error}") from error
    return result


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
