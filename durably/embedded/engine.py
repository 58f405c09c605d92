"""The engine: what comes in is written, then what follows from it is handed out. One event loop, no locks."""

import asyncio
from collections.abc import Callable, Collection
from typing import Any, Final

from google.protobuf.timestamp_pb2 import Timestamp

from durably.embedded import store as rows
from durably.embedded.actions import Outcome, apply_turn, child_start, new_event
from durably.embedded.clock import Clock, to_stamp
from durably.embedded.dispatch import Dispatcher, Work, Worker, activity_item, turn_item
from durably.embedded.instance import Instance, Turn, resolved_id
from durably.embedded.store import Store
from durably.engine.sdk import messages as pb

_NEVER_S: Final = 200_000_000_000
"""Seconds since the epoch from which on a timer stands for an indefinite wait; the SDK uses the end of 9999."""


class Engine:
    """Runs workflow instances on the workers that connect.

    Args:
        store: Where everything is kept.
        clock: Engine time.
    """

    def __init__(self, *, store: Store, clock: Clock) -> None:
        self.store = store
        self.clock = clock
        self.dispatcher = Dispatcher(prepare=self._prepare, on_connect=self._retry_stalled)
        self._open: dict[str, Instance] = {}
        self._watchers: dict[str, list[tuple[Collection[int], asyncio.Future[Any]]]] = {}

    def recover(self) -> None:
        """Go on with every instance that has not ended."""
        for instance in self.store.open_instances():
            self._open[instance.id] = instance
            self._follow(instance, Outcome(list(instance.activities.values()), list(instance.timers.values())))

    def now(self) -> Timestamp:
        """Engine time, as a message."""
        return to_stamp(self.clock.now_ns())

    def find(self, instance_id: str) -> Instance | None:
        """An instance, open or ended."""
        return self._open.get(instance_id) or self.store.instance(instance_id)

    def state(self, instance_id: str) -> Any | None:
        """The `WorkflowState` message of an instance, or None."""
        instance = self._open.get(instance_id)
        return instance.state() if instance is not None else self.store.state(instance_id)

    async def create(self, start: Any) -> bool:
        """Make an instance from its `executionStarted` event, in place of a finished one; False while one is open."""
        if start.executionStarted.workflowInstance.instanceId in self._open:
            return False
        await self._commit(*self._new(start))
        return True

    async def adopt(self, instance: Instance) -> None:
        """Take in an instance that a rerun made, and hand out what is pending in it."""
        self._open[instance.id] = instance
        pending = Outcome(list(instance.activities.values()), list(instance.timers.values()))
        for event in instance.children.values():
            child_id = event.childWorkflowInstanceCreated.instanceId
            pending.messages.append((child_id, child_start(instance, event, self.now())))
        await self._carry_out(instance, pending, [rows.put_instance(instance), *rows.append_history(instance, 0)])

    def _new(self, start: Any) -> tuple[list[rows.Operation], Callable[[], None]]:
        execution, now = start.executionStarted, start.timestamp
        instance_id = execution.workflowInstance.instanceId
        instance = Instance(instance_id, execution.name, now, now, now.ToNanoseconds())
        instance.inbox.append(start)
        self._open[instance_id] = instance
        operations = [*rows.forget(instance_id), rows.put_instance(instance), rows.add_to_inbox(instance_id, start)]
        return operations, lambda: self._begin(instance)

    async def deliver(self, instance_id: str, event: Any) -> bool:
        """Give an event to an instance; False where there is none, nothing where it has ended."""
        if instance_id not in self._open:
            return self.store.state(instance_id) is not None
        await self._commit(*self._delivery(instance_id, event))
        return True

    def _delivery(self, instance_id: str, event: Any) -> tuple[list[rows.Operation], Callable[[], None]]:
        """What one event for another instance leads to; an event for one that is gone or has ended leads to nothing."""
        instance = self._open.get(instance_id)
        if event.HasField("executionStarted"):
            return self._new_child(instance, event)
        is_child = event.WhichOneof("eventType").startswith("childWorkflow")
        if instance is None or (is_child and resolved_id(event) not in instance.children):
            return [], lambda: None  # gone, ended, or begun anew since it asked
        instance.receive(event)
        return [rows.add_to_inbox(instance_id, event)], lambda: self._begin(instance)

    def _new_child(self, there: Instance | None, start: Any) -> tuple[list[rows.Operation], Callable[[], None]]:
        if there is None:
            return self._new(start)
        parent = start.executionStarted.parentInstance
        taken = f"an active workflow with ID '{there.id}' already exists"
        details = pb.TaskFailureDetails(errorType="InstanceExists", errorMessage=taken)
        failed = pb.ChildWorkflowInstanceFailedEvent(taskScheduledId=parent.taskScheduledId, failureDetails=details)
        event = new_event(self.now(), childWorkflowInstanceFailed=failed)
        return self._delivery(parent.workflowInstance.instanceId, event)

    async def complete_activity(self, response: Any) -> None:
        """Take an activity's result, from the worker that holds it; one that nothing waits for changes nothing."""
        work = self.dispatcher.done(response.completionToken)
        if work is None or self._open.get(response.instanceId) is not work.instance:
            return
        if work.activity is not None and work.instance.activities.get(work.activity.eventId) is work.activity:
            result = _activity_result(response, work.activity, self.now())
            await self._commit(*self._delivery(response.instanceId, result))

    async def complete_turn(self, response: Any) -> None:
        """Take the result of a turn; one that was handed on meanwhile changes nothing."""
        work = self.dispatcher.done(response.completionToken)
        instance = self._open.get(response.instanceId)
        if work is None or instance is None or instance.turn is None or instance.turn.token != response.completionToken:
            return
        written = len(instance.history)
        outcome = apply_turn(instance, response, self.now())
        instance.turn = None
        if instance.ended:
            del self._open[instance.id]
        await self._carry_out(instance, outcome, self._write_turn(instance, outcome, written))
        if outcome.stalled and work.worker is not None:
            self.dispatcher.refused(Work(instance), work.worker)

    async def _carry_out(self, instance: Instance, outcome: Outcome, operations: list[rows.Operation]) -> None:
        """Write what was decided, messages to other instances included, and then hand out what follows."""
        deliveries = [self._delivery(target, event) for target, event in outcome.messages]
        operations.extend(operation for more, _ in deliveries for operation in more)

        def then() -> None:
            self._follow(instance, outcome)
            for _, follow in deliveries:
                follow()

        await self._commit(operations, then)

    def _write_turn(self, instance: Instance, outcome: Outcome, written: int) -> list[rows.Operation]:
        operations = [rows.put_instance(instance)]
        if outcome.restarted:
            self.dispatcher.forget_history(instance.id)
            operations.append(rows.clear_history(instance.id))
        else:
            operations.extend(rows.append_history(instance, written))
        if not outcome.stalled:
            operations.append(rows.clear_inbox(instance.id))
            operations.extend(rows.add_to_inbox(instance.id, event) for event in instance.inbox)
        return operations

    def _follow(self, instance: Instance, outcome: Outcome) -> None:
        """The turn is durable: hand out what it scheduled."""
        self._tell_watchers(instance)
        if instance.ended:
            self.dispatcher.forget_history(instance.id)
            return
        for event in outcome.scheduled:
            self.dispatcher.submit(Work(instance, event))
        for created in outcome.timers:
            self._arm(instance, created)
        if not outcome.stalled:
            self._begin(instance)

    def _begin(self, instance: Instance) -> None:
        """Hand out a turn, if there is something for it and none is running."""
        if instance.turn is not None or not instance.inbox or instance.on_hold or instance.ended:
            return
        if (due := instance.inbox[0].executionStarted.scheduledStartTimestamp.ToNanoseconds()) > self.clock.now_ns():
            self.clock.call_at(due, lambda: self._begin(instance))
            return
        instance.turn = Turn("", [], 0)
        self.dispatcher.submit(Work(instance))

    def _retry_stalled(self, worker: Worker) -> None:
        """A worker has connected; it may have what the others lack."""
        for instance in self._open.values():
            if instance.stalled is not None and instance.turn is None and instance.inbox:
                self.dispatcher.hand_out(Work(instance), worker)

    def _arm(self, instance: Instance, created: Any) -> None:
        fire_at = created.timerCreated.fireAt
        if fire_at.seconds < _NEVER_S:
            self.clock.call_at(fire_at.ToNanoseconds(), lambda: self._fire(instance, created))

    def _fire(self, instance: Instance, created: Any) -> None:
        dropped = instance.timers.get(created.eventId) is not created
        if dropped or instance.ended:
            return
        fired = pb.TimerFiredEvent(fireAt=created.timerCreated.fireAt, timerId=created.eventId)
        operations, then = self._delivery(instance.id, new_event(self.now(), timerFired=fired))
        self.store.write(operations, then)

    async def _commit(self, operations: list[rows.Operation], then: Callable[[], None]) -> None:
        durable: asyncio.Future[None] = asyncio.get_running_loop().create_future()

        def settle() -> None:
            if not durable.done():
                durable.set_result(None)
            asyncio.get_running_loop().call_soon(then)  # after the answer: one of the worker's few threads waits for it

        self.store.write(operations, settle)
        await durable

    def _prepare(self, work: Work, worker: Worker, token: str) -> Any | None:
        instance = work.instance
        if self._open.get(instance.id) is not instance:
            return None
        if work.activity is not None:
            wanted = instance.activities.get(work.activity.eventId) is work.activity
            return activity_item(work, token) if wanted else None
        started = new_event(self.now(), workflowStarted=pb.WorkflowStartedEvent())
        instance.turn = Turn(token, [started, *instance.inbox], len(instance.inbox))
        return turn_item(instance, worker, token)

    async def watch(self, instance_id: str, statuses: Collection[int]) -> Any | None:
        """The `WorkflowState` message of an instance once its status is one of these; None for no instance."""
        state = self.state(instance_id)
        if state is None or state.workflowStatus in statuses:
            return state
        met: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        watchers = self._watchers.setdefault(instance_id, [])
        watchers.append((statuses, met))
        try:
            return await met
        finally:
            watchers.remove((statuses, met))
            if not watchers:
                self._watchers.pop(instance_id, None)

    def _tell_watchers(self, instance: Instance) -> None:
        for statuses, met in self._watchers.get(instance.id, ()):
            if instance.status in statuses and not met.done():
                met.set_result(instance.state())

    async def purge(self, instance_id: str, *, recursive: bool, force: bool) -> int:
        """Forget an instance, and its children where `recursive`; with `force` also what has not ended.

        Returns:
            How many were forgotten.
        """
        doomed = [instance_id, *(self.children(instance_id) if recursive else ())]
        for each in doomed if force else ():
            self._open.pop(each, None)
        operations = [operation for each in doomed if each not in self._open for operation in rows.forget(each)]
        await self._commit(operations, lambda: None)
        return len(operations) // len(rows.forget(instance_id))

    def children(self, instance_id: str) -> list[str]:
        """The ids of all descendants that are known."""
        instance = self.find(instance_id)
        events = instance.history if instance is not None else []
        own = [e.childWorkflowInstanceCreated.instanceId for e in events if e.HasField("childWorkflowInstanceCreated")]
        return [descendant for child in own for descendant in (child, *self.children(child))]


def _activity_result(response: Any, scheduled: Any, now: Timestamp) -> Any:
    keys = {"taskScheduledId": response.taskId, "taskExecutionId": scheduled.taskScheduled.taskExecutionId}
    if response.HasField("failureDetails"):
        return new_event(now, taskFailed=pb.TaskFailedEvent(failureDetails=response.failureDetails, **keys))
    result = response.result if response.HasField("result") else None
    return new_event(now, taskCompleted=pb.TaskCompletedEvent(result=result, **keys))
