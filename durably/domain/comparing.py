"""Whether code asks in a turn for what a history records that it asked for."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import zip_longest
from typing import NamedTuple

from durably.contracts.instances import InstanceStatus
from durably.contracts.replays import Action, ActionKind


class Recorded(NamedTuple):
    """An action that a history records.

    Attributes:
        position: Where, from 0.
        action: What.
        rewritten: A rerun begins with it, and may have given it another input.
    """

    position: int
    action: Action
    rewritten: bool = False


class Difference(NamedTuple):
    """What was expected and what came; one of the two may be nothing at all."""

    expected: Recorded | None
    actual: Action | None


def first_difference(asked: Sequence[Action], recorded: Sequence[Recorded]) -> Difference | None:
    """The first action of a turn that is another one: by kind, name or event id, or by being there at all.

    A wait without a deadline that a history does not record is none: SDKs before 1.19 recorded nothing for it, and
    the SDK numbers what follows as if it were not there. So does this.

    Args:
        asked: What the code asks for.
        recorded: What the history records of the turn.
    """
    if any(one.action.status is InstanceStatus.TERMINATED for one in recorded):  # by somebody; code is not asked
        return None
    if any(one.action.kind is ActionKind.END for one in recorded):  # what else is asked for is not done any more
        asked = [action for action in asked if action.kind is ActionKind.END] or asked
        recorded = [one for one in recorded if one.action.kind is ActionKind.END]
    wanted, dropped = sorted(asked, key=lambda action: action.id), None
    expected = sorted(recorded, key=lambda one: one.action.id)
    place = 0
    while place < max(len(wanted), len(expected)):
        actual = wanted[place] if place < len(wanted) else None
        there = expected[place] if place < len(expected) else None
        if actual is not None and _is_endless_wait(actual) and not (there and _is_endless_wait(there.action)):
            dropped = dropped or actual
            wanted = [*wanted[:place], *(one.model_copy(update={"id": one.id - 1}) for one in wanted[place + 1 :])]
            continue
        if there is None or actual is None or key(there.action) != key(actual):
            return Difference(there, dropped or actual)
        place += 1
    return None


def first_difference_in_rerun(
    asked: Sequence[Action],
    recorded: Sequence[Recorded],
    *,
    before: Mapping[int, Action],
    anywhere: Mapping[int, Recorded],
) -> Difference | None:
    """The same, for the part of a history that a rerun took over, and cut off, from the instance that it runs again.

    Args:
        asked: What the code asks for.
        recorded: What the history records of the turn; a rerun moves what had no answer yet to the end.
        before: What the code asked for in earlier turns, by event id.
        anywhere: What the whole history records, by event id.
    """
    for action in asked:
        there = anywhere.get(action.id)
        if there is not None and key(there.action) != key(action):
            return Difference(there, action)
    known = {**before, **{action.id: action for action in asked}}
    missing = (one for one in recorded if one.action.kind is not ActionKind.END and one.action.id not in known)
    return next((Difference(one, None) for one in missing), None)


def other_inputs(asked: Iterable[Action], recorded: Sequence[Recorded]) -> tuple[Difference, ...]:
    """The actions that are the same but for their input, their time, or what they end with."""
    by_id = {one.action.id: one for one in recorded if not one.rewritten}
    pairs = ((by_id[action.id], action) for action in asked if action.id in by_id)
    return tuple(
        Difference(there, action)
        for there, action in pairs
        if key(there.action) == key(action) and _details(there.action) != _details(action)
    )


def same(first: Iterable[Action], second: Iterable[Action]) -> bool:
    """Whether two runs of the same turn ask for the same."""
    return all(a and b and key(a) == key(b) for a, b in zip_longest(first, second))


def key(action: Action) -> tuple[object, ...]:
    """What has to be the same, or an engine cannot tell what an answer in the history belongs to."""
    if action.kind is ActionKind.END:
        return (action.kind, action.status)
    # The name of an event is compared as engines do.
    return (action.kind, action.id, action.name.casefold() if action.name else None)


def _details(action: Action) -> tuple[object, ...]:
    return (action.input, action.fire_at, action.failure.type if action.failure else None)


def _is_endless_wait(action: Action) -> bool:
    return action.kind is ActionKind.EVENT and action.fire_at is None
