"""The messages that a worker is sent."""

from typing import Any

from durably.embedded.dispatch import Work, Worker
from durably.embedded.instance import Instance
from durably.engine.sdk import messages as pb


def activity_item(work: Work, token: str) -> Any:
    """An activity to be run."""
    task = work.activity.taskScheduled
    request = pb.ActivityRequest(
        name=task.name,
        input=task.input if task.HasField("input") else None,
        workflowInstance=pb.WorkflowInstance(instanceId=work.instance.id),
        taskId=work.activity.eventId,
        taskExecutionId=task.taskExecutionId,
        parentTraceContext=task.parentTraceContext if task.HasField("parentTraceContext") else None,
    )
    return pb.WorkItem(activityRequest=request, completionToken=token)


def turn_item(instance: Instance, worker: Worker, token: str) -> Any:
    """A turn to be run: the whole history, or for a worker that has cached some of it only what came after."""
    request = pb.WorkflowRequest(instanceId=instance.id, newEvents=instance.turn.events if instance.turn else ())
    cached = worker.cached.get(instance.id, 0) if worker.keeps_history else 0
    if cached:
        request.cachedHistory.eventCount = cached
    request.pastEvents.extend(instance.history[cached:])
    if worker.keeps_history and instance.history:
        worker.cached[instance.id] = len(instance.history)
    return pb.WorkItem(workflowRequest=request, completionToken=token)
