"""Activities: which are in flight, how often each was begun, and no result lost when the worker stops."""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from durably.contracts.errors import DurablyError
from durably.contracts.held_back import HoldKind
from durably.contracts.observations import ActivityRun, HostObserver
from durably.engine.holding import Holds, unregistered
from durably.engine.payloads import encoded, given
from durably.engine.registry import ActivityDefinition, Registry
from durably.engine.sdk import helpers, shared
from durably.engine.sdk import messages as pb
from durably.engine.tracing import activity_span

_REMEMBERED: Final = 10_000
"""How many executions and instances the host remembers for attempt numbers and workflow names."""

_SETTLE_S: Final = 1.0
"""How long the stream stays open after the last result: daprd acknowledges a result before it has recorded it, and
a stream that closes in between makes it run the activity again."""


@dataclass(frozen=True, slots=True)
class ActivityContext:
    """What an activity knows about its own execution.

    Attributes:
        instance_id: The workflow instance that called it.
        task_execution_id: The idempotency key of its effect: the same over retries, redelivery and replay.
        attempt: How many times this process has begun this execution, from 1.
    """

    instance_id: str
    task_execution_id: str
    attempt: int


class _Bounded(OrderedDict[str, Any]):
    """A dictionary that forgets its oldest entries."""

    def __setitem__(self, key: str, value: Any) -> None:
        super().__setitem__(key, value)
        if len(self) > _REMEMBERED:
            self.popitem(last=False)


NameOf = Callable[[str], Awaitable[str]]


class ActivityRunner:
    """Runs activities, tells the observer, and knows which are in flight.

    Args:
        registry: What can be run.
        observer: Told of each attempt.
        holds: Where activities are noted that are not registered here.
        at_once: How many may run at once.
        name_of: Asked for the workflow of an instance whose turns another process ran; None to do without.
    """

    def __init__(
        self,
        registry: Registry,
        *,
        observer: HostObserver,
        holds: Holds,
        at_once: int,
        name_of: NameOf | None = None,
    ) -> None:
        self._definitions = {definition.name: definition for definition in registry.activities}
        self._observer = observer
        self._holds = holds
        self._name_of = name_of
        self._places = asyncio.Semaphore(at_once)
        self._attempts = _Bounded()
        self._workflow_of = _Bounded()
        self._unsent: set[tuple[str, int]] = set()
        self._idle = asyncio.Event()
        self._accepting = True
        self._settled_at = 0.0

    def learn_workflow(self, instance_id: str, workflow: str) -> None:
        """Remember which workflow an instance belongs to, for the activities that it calls."""
        self._workflow_of[instance_id] = workflow

    async def run(self, request: Any) -> Any | None:
        """Make an attempt.

        Args:
            request: The engine's `ActivityRequest`.

        Returns:
            The `ActivityResponse`: a result or a failure. None where the activity is not registered here: any answer
            would be its result, so there is none.
        """
        if (definition := self._definitions.get(request.name)) is None:
            await self._hold(request)
            return None
        response = pb.ActivityResponse(instanceId=request.workflowInstance.instanceId, taskId=request.taskId)
        async with self._places:
            with activity_span(request):
                try:
                    result = await self._run(definition, request)
                except Exception as error:  # noqa: BLE001 - the workflow decides what becomes of it
                    return failed_activity(response, error)
        if result is not None:
            response.result.value = result
        return response

    async def _hold(self, request: Any) -> None:
        instance_id, kind = request.workflowInstance.instanceId, HoldKind.ACTIVITY_NOT_REGISTERED
        workflow = await self._workflow(instance_id)
        if not self._holds.again(instance_id, kind, request.taskId, activity=request.name):
            self._holds.hold(unregistered(request, workflow, sorted(self._definitions)), request.taskId)

    async def _run(self, definition: ActivityDefinition, request: Any) -> str | None:
        payload = shared.from_json(request.input.value) if request.input.value else None
        if not self._accepting:
            await asyncio.Event().wait()  # held until the stream closes: the engine then gives it to another worker
        instance_id, execution_id = request.workflowInstance.instanceId, request.taskExecutionId
        attempt = self._attempts.get(execution_id, 0) + 1
        self._attempts[execution_id] = attempt
        workflow = await self._workflow(instance_id)
        run = ActivityRun(instance_id, workflow, definition.name, request.taskId, execution_id, attempt)
        return await self._observed(run, definition, payload)

    async def _observed(self, run: ActivityRun, definition: ActivityDefinition, payload: Any) -> str | None:
        self._unsent.add((run.instance_id, run.task_id))
        begun = time.perf_counter()
        self._observer.activity_started(run)
        try:
            model = given(definition.input_model, payload, to=definition.name)
            context = ActivityContext(run.instance_id, run.task_execution_id, run.attempt)
            result = encoded(await definition.run(context, model), of=f"Activity {run.activity}")
        except BaseException as error:
            self._observer.activity_ended(run, time.perf_counter() - begun, error)
            raise
        self._observer.activity_ended(run, time.perf_counter() - begun, None)
        return result

    async def _workflow(self, instance_id: str) -> str | None:
        if instance_id not in self._workflow_of and self._name_of is not None:
            with suppress(DurablyError):  # a log line without it is better than an activity that waits for it
                self._workflow_of[instance_id] = await self._name_of(instance_id)
        return self._workflow_of.get(instance_id)

    def result_sent(self, instance_id: str, task_id: int) -> None:
        """An activity's result has left for the engine, whether it arrived or not."""
        self._settled_at = time.monotonic() + _SETTLE_S
        self._unsent.discard((instance_id, task_id))
        if not self._accepting and not self._unsent:
            self._idle.set()

    @property
    def in_flight(self) -> int:
        """How many activities run, or have a result that has not left yet."""
        return len(self._unsent)

    async def drain(self, grace_s: float) -> bool:
        """Begin no activity any more and wait for those in flight.

        Returns:
            Whether all of them finished, and their results left, within `grace_s` seconds.
        """
        self._accepting = False
        try:
            if self._unsent:
                await asyncio.wait_for(self._idle.wait(), grace_s)
        except TimeoutError:
            return False
        await asyncio.sleep(self._settled_at - time.monotonic())
        return True


def failed_activity(about: Any, error: Exception) -> Any:
    """The response that says that an attempt failed."""
    details = helpers.new_failure_details(error)
    return pb.ActivityResponse(instanceId=about.instanceId, taskId=about.taskId, failureDetails=details)
