"""A recorded history, rehearsed: today's code runs against it as a worker would run it, with no engine and no I/O."""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any, Final

from durably.contracts.replays import Divergence, DivergenceKind, Rehearsal, Step
from durably.engine.history import history_event, time_of
from durably.engine.judging import Judge, gone
from durably.engine.listening import place_of
from durably.engine.mending import mend_sdk
from durably.engine.registry import Registry
from durably.engine.running import Run, Sight, heard_table
from durably.engine.segments import Turn, turns_of, until_its_end, version_of

_LIVE_TURNS: Final = 300
_KNOWN: Final = frozenset(
    {
        *("workflowStarted", "executionStarted", "executionCompleted", "executionTerminated", "executionStalled"),
        *("executionSuspended", "executionResumed", "eventRaised", "timerCreated", "timerFired"),
        *("taskScheduled", "taskCompleted", "taskFailed"),
        *("childWorkflowInstanceCreated", "childWorkflowInstanceCompleted", "childWorkflowInstanceFailed"),
    }
)
"""The events that the SDK's executor knows, and the end, which it is not given."""


def rehearse(registry: Registry, events: Iterable[Any], *, instance_id: str = "", live: bool = True) -> Rehearsal:
    """Run today's code against a recorded history, once; for several histories keep a `Rehearser`.

    Args:
        registry: Today's code.
        events: The history, oldest first, as the engine's `HistoryEvent` messages.
        instance_id: Whose it is; by default what the history says.
        live: See `Rehearser.rehearse`.
    """
    return Rehearser(registry).rehearse(events, instance_id=instance_id, live=live)


class Rehearser:
    """Rehearses histories against one registry.

    The SDK's own executor runs the code, mended as a worker mends it. The history is replayed event by event, so it is
    replayed at every prefix: at the end of each turn that the history has, what the code asks for by then is held
    against what is recorded. An SDK notices many of these differences only at a later event, and some never.

    What must be the same: how many things the code asks for in a turn, of what kind, by which name, under which event
    id, and how it ends. Another input, time or result breaks nothing and is a warning, as it tells of code that is not
    deterministic, or of a change that reaches running instances.

    Not in a worker between a turn and its report: both are kept by the thread.

    Args:
        registry: Today's code.
    """

    def __init__(self, registry: Registry) -> None:
        mend_sdk()
        self._registry = registry
        self._table = heard_table(registry)

    def rehearse(
        self, events: Iterable[Any], *, instance_id: str = "", live: bool = True, lines: bool = False
    ) -> Rehearsal:
        """Run the code against a history.

        The version that the history records is the one that runs; where it records none, the latest. Activities are
        not called, and nothing is looked up anywhere.

        Args:
            events: The history, oldest first, as the engine's `HistoryEvent` messages. It ends with what the last turn
                asked for; an engine writes both at once. A rerun begins with all that it took over.
            instance_id: Whose it is; by default what the history says.
            live: Whether each turn is run once more as the new one that it was when it was recorded. That finds code
                that depends on whether it replays. It costs the square of the number of turns, and is done for the
                first 300 of them.
            lines: Whether the steps say which lines ran.

        Returns:
            Every step, and the first divergence if there is one. Where the workflow or its version is not registered,
            that is the divergence, and there are no steps. Of a history in which nothing has begun there are none
            either.
        """
        history = until_its_end(events)
        start = next((event.executionStarted for event in history if event.HasField("executionStarted")), None)
        if start is None:
            return Rehearsal(instance_id=instance_id, workflow="")
        instance_id = instance_id or start.workflowInstance.instanceId
        version = version_of(history)
        if (missing := gone(self._registry, start.name, version)) is not None:
            return Rehearsal(instance_id=instance_id, workflow=start.name, version=version, divergence=missing)
        version = version or self._latest(start.name)
        if (strange := _strange(history, start.name, version)) is not None:
            return Rehearsal(instance_id=instance_id, workflow=start.name, version=version, divergence=strange)
        turns = turns_of(history)
        judge = Judge(start.name, version, history=history, turns=turns)
        run = Run(self._table, history, turns, lines=lines)
        run.replay(instance_id)
        divergence = judge.replayed(run)
        if divergence is None and live:
            divergence = self._live(instance_id, history, judge, run.sights)
        return Rehearsal(
            instance_id=instance_id,
            workflow=start.name,
            version=version,
            steps=_steps(history, turns, run.sights)[: divergence.step if divergence else None],
            divergence=divergence,
            warnings=judge.warnings(run.sights),
        )

    def _latest(self, workflow: str) -> str | None:
        definition = self._registry.latest(workflow)
        return definition.version if definition else None

    def _live(
        self, instance_id: str, history: Sequence[Any], judge: Judge, replayed: Sequence[Sight]
    ) -> Divergence | None:
        """The first turn in which the code asks for something else when the turn is new."""
        turns = turns_of(history)
        for number, sight in enumerate(replayed[:_LIVE_TURNS]):
            new = Run(self._table, history, turns).once(instance_id, number)
            if (found := judge.live(number, new, sight)) is not None:
                return found
        return None


def _strange(history: Sequence[Any], workflow: str, version: str | None) -> Divergence | None:
    """An event that no code can be replayed over, whatever it does: the SDK would fail the instance in its name."""
    kinds = ((number, event.WhichOneof("eventType")) for number, event in enumerate(history))
    number, kind = next(((number, kind) for number, kind in kinds if kind not in _KNOWN), (-1, None))
    if number < 0:
        return None
    told = f"an event of the kind {kind}" if kind else "an event of a kind that this version cannot read"
    return Divergence(
        kind=DivergenceKind.UNREADABLE,
        message=f"Event {number} of the history is {told}, which the SDK does not know; the code was not run.",
        workflow=workflow,
        version=version,
        event=number,
        expected="a history that the SDK can replay",
        actual=told,
    )


def _steps(history: Sequence[Any], turns: Sequence[Turn], sights: Sequence[Sight]) -> tuple[Step, ...]:
    """As far as the code came."""
    places = [None, *(place_of(sight.stands) if sight.stands else None for sight in sights)]
    return tuple(
        Step(
            turn=number,
            at=time_of(history[turn.begins].timestamp),
            first_event=turn.begins,
            new_events=tuple(history_event(event) for event in history[turn.begins : turn.asks]),
            code_from=stood,
            code_to=stands,
            line=sight.line,
            lines=sight.lines,
            seen=sight.seen,
            asked_for=sight.asked,
            recorded=tuple(one.action for one in turn.recorded),
        )
        for number, (turn, sight, (stood, stands)) in enumerate(
            zip(turns, sights, pairwise(places), strict=False), start=1
        )
    )
