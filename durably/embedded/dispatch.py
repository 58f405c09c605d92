"""Hands work to the connected workers, and hands it on when one vanishes."""

import asyncio
import itertools
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, Final

from durably.embedded.instance import Instance
from durably.engine.sdk import messages as pb

_MAX_IN_FLIGHT: Final = 1_000
"""Work items that one worker may hold; more wait here, where another worker can have them."""


@dataclass(slots=True)
class Work:
    """One work item: a turn of an instance, or one of its activities.

    Attributes:
        activity: The `taskScheduled` event; None for a turn.
        worker: Who holds it.
    """

    instance: Instance
    activity: Any = None
    worker: "Worker | None" = None


@dataclass(slots=True)
class Worker:
    """A connected worker: what it holds, how much of which history it has cached, and what it cannot run."""

    keeps_history: bool
    queue: "asyncio.Queue[Any]" = field(default_factory=asyncio.Queue)
    held: dict[str, Work] = field(default_factory=dict)
    cached: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)


class Dispatcher:
    """Gives each work item to one worker.

    Args:
        prepare: Makes the message of a work item at the moment that it is handed out, with the newest state and the
            token (`generation.number`); None where there is nothing to do any more.
        on_connect: Given each worker that has connected.
    """

    def __init__(self, *, prepare: Callable[[Work, Worker, str], Any], on_connect: Callable[[Worker], None]) -> None:
        self._prepare = prepare
        self._on_connect = on_connect
        self._workers: list[Worker] = []
        self._waiting: deque[Work] = deque()
        self._tokens = itertools.count(time.time_ns())  # no token of an earlier process is one of this

    def submit(self, work: Work) -> None:
        """Hand the work to a worker: for a turn one that has the history, else the one that holds least."""
        if (worker := self._choose(work)) is None:
            self._waiting.append(work)
        else:
            self.hand_out(work, worker)

    def _choose(self, work: Work) -> Worker | None:
        free = [worker for worker in self._workers if len(worker.held) < _MAX_IN_FLIGHT]
        near = [worker for worker in free if work.activity is None and work.instance.id in worker.cached]
        return near[0] if near else min(free, key=lambda worker: len(worker.held), default=None)

    def hand_out(self, work: Work, worker: Worker) -> None:
        """Hand the work to this very worker."""
        token = f"{work.instance.generation}.{next(self._tokens)}"
        item = self._prepare(work, worker, token)
        if item is not None:
            worker.held[token], work.worker = work, worker
            worker.queue.put_nowait(item)

    def done(self, token: str) -> Work | None:
        """The work that a result is for; None where it was handed on meanwhile, so that the other result counts."""
        held = (worker.held.pop(token, None) for worker in self._workers)
        work = next((work for work in held if work is not None), None)
        self._submit_waiting()
        return work

    def refused(self, work: Work, by: Worker) -> None:
        """A worker lacks the version of an instance: hand the turn to one that has not said so, if there is any."""
        by.refused.add(work.instance.id)
        if others := [worker for worker in self._workers if work.instance.id not in worker.refused]:
            self.forget_history(work.instance.id)
            self.hand_out(work, others[0])

    def forget_history(self, instance_id: str) -> None:
        """The history that workers have cached of an instance is not its history any more."""
        for worker in self._workers:
            worker.cached.pop(instance_id, None)

    async def serve(self, capabilities: list[int], send: Callable[[Any], Awaitable[None]]) -> None:
        """Send a worker its work items for as long as its stream is open; then what it holds is handed on."""
        worker = Worker(keeps_history=pb.WORKER_CAPABILITY_STATEFUL_HISTORY in capabilities)
        self._workers.append(worker)
        self._submit_waiting()
        self._on_connect(worker)
        try:
            while True:
                await send(await worker.queue.get())
        finally:
            self._workers.remove(worker)
            logging.getLogger(__name__).info("worker gone, %d items handed on", len(worker.held))
            for work in worker.held.values():
                self.submit(work)

    def _submit_waiting(self) -> None:
        while self._waiting and self._choose(self._waiting[0]) is not None:
            self.submit(self._waiting.popleft())


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
    if worker.keeps_history:
        worker.cached[instance.id] = len(instance.history)
    return pb.WorkItem(workflowRequest=request, completionToken=token)
