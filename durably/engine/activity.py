"""Activities run on the application's own event loop, where their clients live; the SDK's loop only dispatches.

The SDK's loop blocks while it reconnects. On a loop of their own, activities in flight are not held up by that.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from pydantic import BaseModel

from durably.contracts.errors import DurablyError
from durably.contracts.observations import ActivityRun, HostObserver
from durably.engine.registry import ActivityDefinition
from durably.engine.sdk import shared

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


def _plain(result: Any, run: ActivityRun) -> Any:
    """A result as plain JSON values, so that one that is not JSON fails here, where the activity is known."""
    if isinstance(result, BaseModel):
        return result.model_dump(mode="json")
    try:
        shared.to_json(result)
    except (TypeError, ValueError) as error:
        raise UnserialisableResultError(f"Activity {run.activity} returned what JSON cannot hold: {error}") from error
    return result


class UnserialisableResultError(TypeError):
    """An activity returned something that cannot be written into a history."""


NameOf = Callable[[str], Awaitable[str]]


class ActivityRunner:
    """Runs activities, tells the observer, and knows which are in flight.

    Args:
        observer: Told of each attempt.
        loop: The event loop that activities run on.
        name_of: Asked for the workflow of an instance whose turns another process ran; None to do without.
    """

    def __init__(
        self, *, observer: HostObserver, loop: asyncio.AbstractEventLoop, name_of: NameOf | None = None
    ) -> None:
        self._observer = observer
        self._name_of = name_of
        self._loop = loop
        self._attempts = _Bounded()
        self._workflow_of = _Bounded()
        self._unsent: set[tuple[str, int]] = set()
        self._idle = asyncio.Event()
        self._accepting = True
        self._settled_at = 0.0

    def learn_workflow(self, instance_id: str, workflow: str) -> None:
        """Remember which workflow an instance belongs to, for the activities that it calls. Any thread."""
        self._workflow_of[instance_id] = workflow

    def wrap(self, definition: ActivityDefinition) -> Callable[[Any, Any], Awaitable[Any]]:
        """The function that the SDK is given for an activity."""

        async def activity(ctx: Any, payload: Any = None) -> Any:
            inner = ctx.get_inner_context()
            run = self._run(definition, inner.orchestration_id, inner.task_id, inner.task_execution_id, payload)
            return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(run, self._loop))

        activity.__name__ = definition.name
        return activity

    async def _run(
        self, definition: ActivityDefinition, instance_id: str, task_id: int, execution_id: str, payload: Any
    ) -> Any:
        if not self._accepting:
            await asyncio.Event().wait()  # held until the stream closes: the engine then gives it to another worker
        attempt = self._attempts.get(execution_id, 0) + 1
        self._attempts[execution_id] = attempt
        workflow = await self._workflow(instance_id)
        run = ActivityRun(instance_id, workflow, definition.name, task_id, execution_id, attempt)
        self._unsent.add((instance_id, task_id))
        begun = time.perf_counter()
        self._observer.activity_started(run)
        try:
            given = definition.input_model.model_validate(payload)
            result = _plain(await definition.run(ActivityContext(instance_id, execution_id, attempt), given), run)
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
        """An activity's result has left for the engine. Any thread."""
        self._settled_at = time.monotonic() + _SETTLE_S  # before the next line: a drain looks in the other order
        self._unsent.discard((instance_id, task_id))
        if not self._accepting and not self._unsent:  # the loop is only woken when somebody waits for it
            self._loop.call_soon_threadsafe(self._idle.set)

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
