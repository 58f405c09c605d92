"""Five faults of SDK 1.19.0 that cost an instance, or an effect, mended at the one place where all events pass."""

import functools
import inspect
import itertools
from collections.abc import Callable
from typing import Any, Final
from uuid import UUID, uuid5

from durably.engine.reports import turn_began
from durably.engine.sdk import TurnExecutor

_PAUSES: Final = {"executionSuspended": True, "executionResumed": False}
_CONFIRM: Final = frozenset({"taskScheduled", "timerCreated", "childWorkflowInstanceCreated"})
_NAMESPACE: Final = UUID("3b0c8f6e-5a1d-4f0e-9a55-6f2f4f9d7c21")
"""Fixed for ever: execution ids, which are idempotency keys of effects, are made from it."""


def mend_sdk() -> None:
    """Mend the SDK in this process; doing it again changes nothing.

    *Pauses.* While paused, the SDK puts events aside, a second pause among them. On resume it replays what it put aside
    while it goes through it: the second pause suspends again, so each further event is appended to the list that is
    being gone through. The turn never ends and its memory grows, on every worker that is given it. And a resume of an
    instance that is not paused fails it for good. Two people who press the same button at once are enough for either.
    Here a pause of a paused instance, and a resume of a running one, mean nothing.

    *Confirmations.* While paused, the SDK puts aside, too, what confirms that something was scheduled. What a turn asks
    for that also brings the pause is then asked for again in every turn of the pause: an activity runs several times,
    and at the resume the second confirmation fails the instance for good. Here they are taken in when they come; what
    they confirm was asked for before.

    *Patches.* While paused, the SDK puts the beginnings of turns aside, too, and with them the patches that the turn of
    the resume recorded: when it replays that turn, the code comes to a patch before the SDK does, and goes another way
    than it went. Here patches are taken in when they come.

    *Execution ids.* The SDK makes them from the time of the turn. Dapr dispatches what a turn scheduled before it saves
    the turn; where it dies in between, the turn runs again at another time, and the same call gets another id: an
    effect happens twice, under two keys. Here they are made from the run's own id, which is recorded before its first
    turn, and are the same however often a turn runs.
    """
    inner = inspect.unwrap(TurnExecutor.process_event)

    @functools.wraps(inner)
    def process_event(self: Any, ctx: Any, event: Any) -> None:
        kind = event.WhichOneof("eventType")
        if kind in _PAUSES and _PAUSES[kind] is self._is_suspended:
            return
        if self._is_suspended and kind in _CONFIRM:
            self._is_suspended = False
            try:
                inner(self, ctx, event)
            finally:
                self._is_suspended = True
            return
        if self._is_suspended and kind == "workflowStarted":
            ctx._history_patches |= dict.fromkeys(event.workflowStarted.version.patches, True)  # noqa: SLF001 - as above
        if kind == "executionStarted":
            run = event.executionStarted.workflowInstance
            turn_began(self, ctx, event)
            ctx.uuid4 = ctx.new_guid = _ids(ctx.instance_id, run.executionId.value or event.timestamp.ToJsonString())
        inner(self, ctx, event)

    TurnExecutor.process_event = process_event


def _ids(instance_id: str, run_id: str) -> Callable[[], UUID]:
    """A function that gives the run's ids, in the order in which its code asks for them."""
    numbers = itertools.count()
    return lambda: uuid5(_NAMESPACE, f"{instance_id}/{run_id}/{next(numbers)}")
