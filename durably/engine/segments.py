"""The turns that a recorded history is made of."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from durably.domain.comparing import Recorded
from durably.engine.asking import recorded_by, records_asked
from durably.engine.history import rerun_of


class Turn(NamedTuple):
    """One turn as a history has it.

    Attributes:
        begins: Where its `workflowStarted` is, from 0.
        asks: Where what it gave the code ends: what the code asked for follows, or the next turn.
        recorded: What the code asked for.
        moved: What it asked for in an earlier turn. A rerun moves it to where its answer is.
    """

    begins: int
    asks: int
    recorded: tuple[Recorded, ...]
    moved: tuple[Recorded, ...] = ()


def until_its_end(events: Iterable[Any]) -> list[Any]:
    """The events up to the turn that ends the instance, if there is one; code never sees what comes after it."""
    history: list[Any] = []
    ended = False
    for event in events:
        if ended and not records_asked(event):
            break
        history.append(event)
        ended = ended or event.HasField("executionCompleted")
    return history


def turns_of(history: Sequence[Any]) -> list[Turn]:
    """The turns, oldest first."""
    begins = [place for place, event in enumerate(history) if event.HasField("workflowStarted")]
    begins = [0, *(place for place in begins if place)]
    return [_turn(history, one, after) for one, after in zip(begins, [*begins[1:], len(history)], strict=True)]


def _turn(history: Sequence[Any], begins: int, after: int) -> Turn:
    asks = after
    while asks > begins and (records_asked(history[asks - 1]) or history[asks - 1].HasField("executionStalled")):
        asks -= 1
    return Turn(begins, asks, _recorded(history, asks, after), _recorded(history, begins, asks))


def _recorded(history: Sequence[Any], begins: int, after: int) -> tuple[Recorded, ...]:
    places = (place for place in range(begins, after) if records_asked(history[place]))
    return tuple(Recorded(place, recorded_by(history[place]), bool(rerun_of(history[place]))) for place in places)


def version_of(history: Sequence[Any]) -> str | None:
    """The version of the workflow that the instance began with, as its first turn recorded it."""
    for event in history:
        if event.HasField("workflowStarted") and event.workflowStarted.version.name:
            name: str = event.workflowStarted.version.name
            return name
        if event.HasField("executionStarted"):
            break
    return None


def patches_of(history: Sequence[Any]) -> list[tuple[int, str]]:
    """The patches that code went by, each with the place of its turn, in their order."""
    return [
        (place, patch)
        for place, event in enumerate(history)
        if event.HasField("workflowStarted")
        for patch in event.workflowStarted.version.patches
    ]


def rerun_until(turns: Sequence[Turn]) -> int:
    """How many turns a rerun took over from the instance that it runs again; 0 where the instance is no rerun."""
    return max((number for number, turn in enumerate(turns, start=1) if _is_rerun_in(turn)), default=0)


def _is_rerun_in(turn: Turn) -> bool:
    return any(one.rewritten for one in (*turn.moved, *turn.recorded))
