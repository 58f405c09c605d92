"""A turn that went wrong: whether the workflow's code says so, or the code is not the one that the instance needs."""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from itertools import chain
from typing import Any, Final

from durably.contracts.held_back import HeldBack, HoldKind
from durably.contracts.replays import Divergence
from durably.engine import turns
from durably.engine.asking import asked_by, is_indefinite, recorded_by
from durably.engine.holding import GOES_ON
from durably.engine.judging import gone
from durably.engine.registry import Registry
from durably.engine.rehearsal import Rehearser
from durably.engine.sdk import NonDeterminismError, TurnExecutor, WorkflowStateError, helpers, worker

_GONE: Final = frozenset({HoldKind.WORKFLOW_NOT_REGISTERED, HoldKind.VERSION_NOT_REGISTERED})
_LONGEST: Final = 500
"""What is kept of an exception's message."""

_log = logging.getLogger(__name__)


class EndsTooSoonError(NonDeterminismError):  # type: ignore[misc] # the SDK has no types
    """The code ends where the history goes on. The SDK does not notice, and takes the end for the instance's."""


class OtherWaitError(NonDeterminismError):  # type: ignore[misc] # the SDK has no types
    """The code asks for something else where the history has a wait for an event. The SDK takes neither for wrong.

    Of a wait with a deadline it does not compare the name. One without it drops wherever the code asks for something
    else, for the sake of histories from before 1.19; but those lack such a wait, and never have one too many.
    """


@dataclass(frozen=True, slots=True)
class Trouble:
    """What was raised in a turn.

    Attributes:
        error: The exception.
        replaying: Whether it was raised over what was recorded before this turn.
        ended: Whether the code had ended by then.
        version: The version that the instance began with, as far as the history was read.
        custom_status: What the code had said of itself until then, as JSON.
    """

    error: BaseException
    replaying: bool = False
    ended: bool = False
    version: str | None = None
    custom_status: str | None = None


class WatchfulExecutor(TurnExecutor):  # type: ignore[misc] # the SDK has no types
    """The SDK's executor, which makes a failure of the instance out of every exception; this one keeps the first.

    Attributes:
        trouble: The first exception, its own and the code's alike.
    """

    trouble: Trouble | None = None

    def __init__(self, registry: Any, logger: logging.Logger) -> None:
        super().__init__(registry, logger)
        self._waits: set[int] = set()

    def process_event(self, ctx: Any, event: Any) -> None:
        """One event of the turn; those that a pause held back are processed within the one that ends it."""
        resuming = bool(self._suspended_events)  # turns of the pause, which come after what the code did at its end
        if ctx._is_complete and event.HasField("workflowStarted") and not resuming:  # noqa: SLF001 - it tells nobody
            raise self._noted(ctx, EndsTooSoonError("The code ends where the history goes on."))
        if event.HasField("timerCreated") and event.timerCreated.HasField("externalEvent"):
            self._compare_wait(ctx, event)
        try:
            super().process_event(ctx, event)
        except (Exception, SystemExit) as error:
            self._noted(ctx, error)
            raise

    def _compare_wait(self, ctx: Any, event: Any) -> None:
        """Hold a recorded wait for an event against what the code asks for under its id."""
        action = ctx._pending_actions.get(event.eventId)  # noqa: SLF001 - as above
        # An older SDK did not record the wait that the code asks for here, and the SDK goes on to number without it.
        is_unrecorded = action is not None and is_indefinite(action) and not helpers.is_optional_timer_event(event)
        # Workers whose SDK is not mended ask again in each turn of a pause.
        if is_unrecorded or event.eventId in self._waits:
            return
        if not _is_wait_for(action, event.timerCreated.externalEvent.name):
            asked = asked_by(action) if action is not None else None
            told = f"The history records {recorded_by(event).told}, and the code asks for "
            raise self._noted(ctx, OtherWaitError(told + (asked.told if asked else "nothing there")))
        self._waits.add(event.eventId)

    def _noted(self, ctx: Any, error: BaseException) -> BaseException:
        if self.trouble is None:
            version, said = ctx._orchestrator_version_name, ctx._encoded_custom_status  # noqa: SLF001 - as above
            ended = ctx._is_complete  # noqa: SLF001 - as above
            self.trouble = Trouble(
                error,
                replaying=ctx.is_replaying,
                ended=ended,
                version=version,
                custom_status=said,
            )
        return error


def _is_wait_for(action: Any | None, name: str) -> bool:
    """Whether an action is a wait for an event of a name, compared as engines do. Its deadline may differ."""
    if action is None or not action.HasField("createTimer") or not action.createTimer.HasField("externalEvent"):
        return False
    asked: str = action.createTimer.externalEvent.name
    return asked.casefold() == name.casefold()


def why_held(trouble: Trouble) -> HoldKind | None:
    """Why the turn has to be held back; None where the workflow's own code speaks, so that its instance fails.

    Whatever is raised over recorded events cannot be meant: had the instance ended there, there would be no further
    turn. Over new ones it is the code's, unless the SDK says that it has no such code.
    """
    if _is_of_code(trouble.error):
        return HoldKind.REPLAY_DIFFERS if trouble.replaying else None
    if isinstance(trouble.error, worker.VersionNotRegisteredException):
        return HoldKind.VERSION_NOT_REGISTERED
    if isinstance(trouble.error, worker.OrchestratorNotRegisteredError):
        return HoldKind.WORKFLOW_NOT_REGISTERED
    if isinstance(trouble.error, NonDeterminismError) or (trouble.replaying and trouble.ended):
        return HoldKind.REPLAY_DIFFERS
    return HoldKind.REPLAY_BROKE if trouble.replaying or isinstance(trouble.error, WorkflowStateError) else None


def _is_of_code(error: BaseException) -> bool:
    """Whether it was raised in the workflow's code, or came through it."""
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_globals is vars(turns):
            return True
        trace = trace.tb_next
    return False


class Inquiry:
    """Finds out what is to be told of turns that are held back.

    Args:
        registry: What this worker can run.
    """

    def __init__(self, registry: Registry) -> None:
        self._registry = registry

    def about(self, request: Any, past: list[Any], *, kind: HoldKind, trouble: Trouble) -> HeldBack:
        """What is known about a turn. The code is rehearsed to find out where it differs.

        Args:
            request: The engine's `WorkflowRequest`.
            past: What was recorded before.
            kind: Why it is held back.
            trouble: What was raised.
        """
        started = (e.executionStarted for e in chain(past, request.newEvents) if e.HasField("executionStarted"))
        workflow: str = getattr(next(started, None), "name", "")
        is_gone = kind in _GONE
        found = gone(self._registry, workflow, trouble.version) if is_gone else self._rehearsed(request, past)
        told = f"{type(trouble.error).__name__}: {trouble.error}"[:_LONGEST]
        place = found.place if found else None
        return HeldBack(
            instance_id=request.instanceId,
            kind=kind,
            workflow=workflow or None,
            version=trouble.version,
            expected=found.expected if found else None,
            actual=found.actual if found else None,
            file=place.file if place else None,
            line=place.line if place else None,
            since=datetime.now(UTC),
            message=f"{found.message if found else f'The history cannot be replayed here: {told}'} {GOES_ON}",
        )

    @cached_property
    def _rehearser(self) -> Rehearser:
        """Made when it is first needed, as that takes longer than many turns."""
        return Rehearser(self._registry)

    def _rehearsed(self, request: Any, past: list[Any]) -> Divergence | None:
        """Where the code differs from the history; None where even a rehearsal does not find out."""
        try:
            return self._rehearser.rehearse(past, instance_id=request.instanceId, live=False).divergence
        except Exception:  # noqa: BLE001 - the turn is held back anyway, and what was raised is told
            _log.exception("%s could not be rehearsed", request.instanceId)
            return None
