"""What is wrong with the code, in a sentence, where it asks for something else than a history records."""

from collections.abc import Iterable, Sequence
from itertools import zip_longest
from typing import Any, Final

from durably.contracts.replays import Action, Divergence, DivergenceKind, Place, Rehearsal
from durably.domain.comparing import (
    Difference,
    first_difference,
    first_difference_in_rerun,
    other_inputs,
    same,
)
from durably.engine.listening import place_of
from durably.engine.registry import Registry
from durably.engine.running import Run, Sight
from durably.engine.segments import Turn, patches_of, rerun_until

_NOTHING: Final = "nothing more"
_ANSWERS: Final = frozenset({"taskCompleted", "taskFailed"})


def gone(registry: Registry, workflow: str, version: str | None) -> Divergence | None:
    """Why no code can be run for an instance, or None where it can."""
    versions = [one.version for one in registry.workflows if one.name == workflow]
    if not versions:
        kind, expected, actual = DivergenceKind.WORKFLOW_GONE, f"workflow {workflow}", "no workflow of that name"
        said = f"Workflow {workflow} is not registered; instances of it cannot go on."
    elif version is not None and version not in versions:
        kind, expected = DivergenceKind.VERSION_GONE, f"workflow {workflow} {version}"
        actual = f"versions {', '.join(versions)}"
        said = f"Version {version} of workflow {workflow} is not registered, only {', '.join(versions)}."
    else:
        return None
    return Divergence(kind=kind, message=said, workflow=workflow, version=version, expected=expected, actual=actual)


def activity_gone(registry: Registry, rehearsal: Rehearsal, events: Iterable[Any]) -> Divergence | None:
    """An activity that is scheduled, has no answer yet, and is not registered any more.

    Args:
        registry: Today's code.
        rehearsal: Of the instance.
        events: Its history.
    """
    open_ones: dict[int, str] = {}
    for event in events:
        if event.HasField("taskScheduled"):
            open_ones[event.eventId] = event.taskScheduled.name
        elif (kind := event.WhichOneof("eventType")) in _ANSWERS:
            open_ones.pop(getattr(event, kind).taskScheduledId, None)
    known = {activity.name for activity in registry.activities}
    for event_id, name in open_ones.items():
        if name not in known:
            return Divergence(
                kind=DivergenceKind.ACTIVITY_GONE,
                message=f"Activity {name} is scheduled and not registered; it cannot be run.",
                workflow=rehearsal.workflow,
                version=rehearsal.version,
                event_id=event_id,
                expected=f"activity {name} (id {event_id})",
                actual="no activity of that name",
            )
    return None


class Judge:
    """Judges runs over one history.

    Args:
        workflow: Its workflow.
        version: The version that is run.
        history: The events.
        turns: Its turns.
    """

    def __init__(self, workflow: str, version: str | None, *, history: Sequence[Any], turns: Sequence[Turn]) -> None:
        self._workflow, self._version, self._history, self._turns = workflow, version, history, turns
        self._rerun_until = rerun_until(turns)
        self._anywhere = {one.action.id: one for turn in turns for one in (*turn.moved, *turn.recorded)}

    def replayed(self, run: Run) -> Divergence | None:
        """The first thing that is wrong with a replay of all of it."""
        return self._actions(run.sights) or self._patches(run.patches) or self._error(run.error)

    def live(self, number: int, new: Sight, replayed: Sight) -> Divergence | None:
        """What is wrong with a turn, from 0, that does something else when it is new than when it is replayed."""
        if same(new.asked, replayed.asked):
            return None
        was, now = next(pair for pair in zip_longest(replayed.asked, new.asked) if not same(pair[:1], pair[1:]))
        expected, actual = (one.told if one else _NOTHING for one in (was, now))
        said = f"The code asks for {actual} when a turn is new, and for {expected} when it is replayed"
        place = now.place if now else _standing(new)
        return self._divergence(DivergenceKind.LIVE, number, said, expected=expected, actual=actual, place=place)

    def warnings(self, sights: Sequence[Sight]) -> tuple[Divergence, ...]:
        """What has another input, or time, or result than recorded, where nothing else is wrong with it."""
        return tuple(
            self._input(number, difference)
            for number, (sight, turn) in enumerate(zip(sights, self._turns, strict=False))
            for difference in other_inputs(sight.asked, turn.recorded)
        )

    def _actions(self, sights: Sequence[Sight]) -> Divergence | None:
        before: dict[int, Action] = {}
        earlier: set[int] = set()
        for number, (sight, turn) in enumerate(zip(sights, self._turns, strict=False)):
            if number < self._rerun_until:
                found = first_difference_in_rerun(sight.asked, turn.recorded, before=before, anywhere=self._anywhere)
            else:
                # what a paused instance was asked for again is not counted twice
                found = first_difference(sight.asked, [one for one in turn.recorded if one.action.id not in earlier])
            earlier |= {one.action.id for one in turn.recorded}
            before |= {action.id: action for action in sight.asked}
            if found is not None:
                return self._action(number, found, sight)
        return None

    def _action(self, number: int, found: Difference, sight: Sight) -> Divergence:
        expected = found.expected.action.told if found.expected else _NOTHING
        actual = found.actual.told if found.actual else _NOTHING
        place = found.actual.place if found.actual else _standing(sight)
        said = f"The history records {expected}, and the code asks for {actual}"
        known = found.expected.action if found.expected else found.actual
        return self._divergence(
            DivergenceKind.ACTION,
            number,
            said,
            expected=expected,
            actual=actual,
            place=place,
            event=found.expected.position if found.expected else None,
            event_id=known.id if known else None,
        )

    def _input(self, number: int, found: Difference) -> Divergence:
        if found.expected is None or found.actual is None:
            raise ValueError("an input differs only where both are there")
        expected, actual = _detailed(found.expected.action), _detailed(found.actual)
        return self._divergence(
            DivergenceKind.INPUT,
            number,
            f"The history records {found.actual.told} with {expected}, and the code gives {actual}",
            expected=expected,
            actual=actual,
            place=found.actual.place,
            event=found.expected.position,
            event_id=found.actual.id,
        )

    def _patches(self, patches: Sequence[str]) -> Divergence | None:
        """A patch that the history went by and the code does not: an engine stalls such an instance."""
        for number, (position, patch) in enumerate(patches_of(self._history)):
            asked = patches[number] if number < len(patches) else None
            if asked != patch:
                turn = sum(one.begins <= position for one in self._turns) - 1
                told = f"patch {asked}" if asked else "no patch"
                said = f"The history went by patch {patch}, and the code asks for {told}"
                return self._divergence(DivergenceKind.PATCH, turn, said, expected=f"patch {patch}", actual=told)
        return None

    def _error(self, error: BaseException | None) -> Divergence | None:
        if error is None:
            return None
        told = f"{type(error).__name__}: {error}"
        said = f"The history cannot be replayed: {told}"
        last = len(self._turns) - 1
        return self._divergence(DivergenceKind.UNREADABLE, last, said, expected="a replay", actual=told)

    def _divergence(
        self, kind: DivergenceKind, number: int, said: str, *, place: Place | None = None, **more: Any
    ) -> Divergence:
        where = f" at {place.file}:{place.line}" if place else ""
        return Divergence(
            kind=kind,
            message=f"Turn {number + 1}: {said}{where}.",
            workflow=self._workflow,
            version=self._version,
            step=number + 1,
            place=place,
            **more,
        )


def _standing(sight: Sight) -> Place | None:
    return place_of(sight.stands) if sight.stands else None


def _detailed(action: Action) -> str:
    if action.fire_at is not None:
        return f"the time {action.fire_at.isoformat()}"
    return f"{action.input!r}" if action.failure is None else f"{action.failure.type}"
