"""What a worker decided in a turn, written into the instance; the counterpart of the sidecar's action applier.

Event shapes and ids follow durabletask's protocol: an event that confirms an action carries the action's id, all
others carry -1.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from google.protobuf.timestamp_pb2 import Timestamp
from google.protobuf.wrappers_pb2 import StringValue

from durably.embedded.instance import Instance
from durably.engine.sdk import messages as pb

_TIMER_ORIGINS = ("createTimer", "externalEvent", "activityRetry", "childWorkflowRetry")


@dataclass(slots=True)
class Outcome:
    """What is to be done once the turn is durable.

    Attributes:
        scheduled: Activities to hand out, as their `taskScheduled` events.
        timers: Timers to arm, as their `timerCreated` events.
        messages: Events for other instances, by their ids; an `executionStarted` makes the instance.
        restarted: The instance continued as new.
        stalled: The worker cannot run it; the inbox stays as it was.
    """

    scheduled: list[Any] = field(default_factory=list)
    timers: list[Any] = field(default_factory=list)
    messages: list[tuple[str, Any]] = field(default_factory=list)
    restarted: bool = False
    stalled: bool = False


def new_event(now: Timestamp, event_id: int = -1, **kind: Any) -> Any:
    """A history event of the given kind."""
    return pb.HistoryEvent(eventId=event_id, timestamp=now, **kind)


def apply_turn(instance: Instance, response: Any, now: Timestamp) -> Outcome:
    """Write the turn's events and the worker's actions into the instance's history.

    Args:
        instance: The instance; its `turn` holds the events that the worker was given.
        response: The worker's `WorkflowResponse`.
        now: Engine time.
    """
    turn = instance.turn
    if turn is None:
        raise RuntimeError(f"instance {instance.id} has no turn to complete")
    if (reason := _why_stalled(instance, response)) is not None:
        return _stall(instance, *reason, now)
    _note_version(instance, turn.events[0].workflowStarted, response)
    del instance.inbox[: turn.taken]
    for event in turn.events:
        instance.record(event)
    instance.custom_status = response.customStatus.value if response.HasField("customStatus") else None
    outcome = Outcome()
    for action in response.actions:
        _APPLY[action.WhichOneof("workflowActionType")](instance, action, now, outcome)
        if outcome.restarted:
            break
    if instance.ended:
        _cascade(instance, now, outcome)
    return outcome


def _schedule_task(instance: Instance, action: Any, now: Timestamp, outcome: Outcome) -> None:
    task = action.scheduleTask
    scheduled = pb.TaskScheduledEvent(name=task.name, version=task.version, taskExecutionId=task.taskExecutionId)
    _copy(task, scheduled, "input")
    if instance.start is not None and instance.start.HasField("parentTraceContext"):
        scheduled.parentTraceContext.CopyFrom(instance.start.parentTraceContext)
    event = new_event(now, action.id, taskScheduled=scheduled)
    instance.record(event)
    outcome.scheduled.append(event)


def _create_timer(instance: Instance, action: Any, now: Timestamp, outcome: Outcome) -> None:
    timer = pb.TimerCreatedEvent(fireAt=action.createTimer.fireAt)
    for origin in _TIMER_ORIGINS:
        _copy(action.createTimer, timer, origin)
    event = new_event(now, action.id, timerCreated=timer)
    instance.record(event)
    outcome.timers.append(event)


def _create_child(instance: Instance, action: Any, now: Timestamp, outcome: Outcome) -> None:
    child = action.createChildWorkflow
    child_id = child.instanceId or f"{instance.id}:{action.id:04x}"
    created = pb.ChildWorkflowInstanceCreatedEvent(name=child.name, instanceId=child_id)
    _copy(child, created, "input")
    instance.record(new_event(now, action.id, childWorkflowInstanceCreated=created))
    outcome.messages.append((child_id, child_start(instance, instance.history[-1], now)))


def child_start(instance: Instance, event: Any, now: Timestamp) -> Any:
    """The `executionStarted` event of the child that a `childWorkflowInstanceCreated` event asks for."""
    created = event.childWorkflowInstanceCreated
    run = pb.WorkflowInstance(instanceId=instance.id, executionId=StringValue(value=instance.execution_id))
    name = StringValue(value=instance.name)
    parent = pb.ParentInstanceInfo(taskScheduledId=event.eventId, name=name, workflowInstance=run)
    return started(now, created.instanceId, created.name, created, parentInstance=parent)


def started(now: Timestamp, instance_id: str, name: str, source: Any, **more: Any) -> Any:
    """The `executionStarted` event of a new instance, with the input that `source` has in its `input` field, if any."""
    execution = pb.ExecutionStartedEvent(
        name=name,
        workflowInstance=pb.WorkflowInstance(instanceId=instance_id, executionId=StringValue(value=str(uuid4()))),
        **more,
    )
    _copy(source, execution, "input")
    return new_event(now, executionStarted=execution)


def _complete(instance: Instance, action: Any, now: Timestamp, outcome: Outcome) -> None:
    done = action.completeWorkflow
    if done.workflowStatus == pb.ORCHESTRATION_STATUS_CONTINUED_AS_NEW:
        _continue_as_new(instance, done, now)
        outcome.restarted = True
        return
    completed = pb.ExecutionCompletedEvent(workflowStatus=done.workflowStatus)
    _copy(done, completed, "result")
    _copy(done, completed, "failureDetails")
    instance.record(new_event(now, action.id, executionCompleted=completed))
    if instance.start is not None and instance.start.HasField("parentInstance"):
        parent = instance.start.parentInstance
        outcome.messages.append((parent.workflowInstance.instanceId, _result_for_parent(parent, done, now)))


def _result_for_parent(parent: Any, done: Any, now: Timestamp) -> Any:
    keys = {"taskScheduledId": parent.taskScheduledId}
    if done.workflowStatus == pb.ORCHESTRATION_STATUS_COMPLETED:
        result = done.result if done.HasField("result") else None
        completed = pb.ChildWorkflowInstanceCompletedEvent(result=result, **keys)
        return new_event(now, childWorkflowInstanceCompleted=completed)
    failed = pb.ChildWorkflowInstanceFailedEvent(failureDetails=done.failureDetails, **keys)
    return new_event(now, childWorkflowInstanceFailed=failed)


def _continue_as_new(instance: Instance, done: Any, now: Timestamp) -> None:
    start = instance.start
    again = started(now, instance.id, instance.name, None)
    for name in ("parentInstance", "parentTraceContext"):
        _copy(start, again.executionStarted, name)
    if done.HasField("result"):
        again.executionStarted.input.CopyFrom(done.result)
    instance.restart()
    instance.inbox[:0] = [again, *done.carryoverEvents]


# The SDK has no call that sends the other actions of the protocol; a contract test says so.
_APPLY = {
    "scheduleTask": _schedule_task,
    "createTimer": _create_timer,
    "createChildWorkflow": _create_child,
    "completeWorkflow": _complete,
}


def _cascade(instance: Instance, now: Timestamp, outcome: Outcome) -> None:
    """A recursive termination goes on to the children."""
    ends = (event.executionTerminated for event in instance.history if event.HasField("executionTerminated"))
    if (end := next(ends, None)) is None or not end.recurse:
        return
    for event in instance.history:
        if event.HasField("childWorkflowInstanceCreated"):
            terminated = new_event(now, executionTerminated=end)
            outcome.messages.append((event.childWorkflowInstanceCreated.instanceId, terminated))


def _why_stalled(instance: Instance, response: Any) -> tuple[int, str] | None:
    if any(action.HasField("workflowVersionNotAvailable") for action in response.actions):
        name = next((e.workflowStarted.version.name for e in instance.history if e.HasField("workflowStarted")), "")
        return int(pb.VERSION_NOT_AVAILABLE), f"Version not available: {name}"
    before, current = instance.patches, list(response.version.patches)
    if before != current[: len(before)]:
        return int(pb.PATCH_MISMATCH), f"Patch mismatch. History patches: {before}, current patches: {current}."
    return None


def _stall(instance: Instance, reason: int, description: str, now: Timestamp) -> Outcome:
    """Hold the instance back: the inbox is kept for a worker that can run it."""
    last = instance.history[-1] if instance.history else None
    if last is None or last.executionStalled.description != description:
        stalled = pb.ExecutionStalledEvent(reason=reason, description=description)
        instance.record(new_event(now, executionStalled=stalled))
    return Outcome(stalled=True)


def _note_version(instance: Instance, workflow_started: Any, response: Any) -> None:
    if response.HasField("version"):
        fresh = list(response.version.patches)[len(instance.patches) :]
        workflow_started.version.CopyFrom(pb.WorkflowVersion(name=response.version.name or None, patches=fresh))


def _copy(source: Any, target: Any, name: str) -> None:
    if source is not None and source.HasField(name):
        getattr(target, name).CopyFrom(getattr(source, name))
