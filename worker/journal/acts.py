"""Who started an instance and who raised its events, which no engine records: told here of the caller's name."""

import json
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final, NamedTuple

from durably.contracts.instances import History, HistoryEvent
from durably.domain.votes import is_vote

_APART: Final = timedelta(minutes=1)
"""How far the clocks of a worker and a sidecar may be apart."""

_START: Final = ""
_RAISED: Final = "eventRaised"


class Act(NamedTuple):
    """What somebody asked for and the engine took.

    Attributes:
        by: Who it was.
        event: The name of the event that it raised, in one case; empty where it started the instance.
        payload: What tells the event's payload from others.
        started_at: When it was asked for.
    """

    by: str
    event: str
    payload: str
    started_at: datetime

    @property
    def key(self) -> tuple[str, str, int, datetime]:
        """What tells it from everything else that is noted of its instance."""
        return self.by, f"{self.event}:{self.payload}", -1, self.started_at

    @property
    def is_start(self) -> bool:
        """Whether it began the instance."""
        return self.event == _START


def start(by: str, at: datetime) -> Act:
    """The act of starting an instance, or of running one again as a new one."""
    return Act(by, _START, "", at)


def event(by: str, name: str, payload: Any, at: datetime) -> Act:
    """The act of raising an event."""
    return Act(by, name.casefold(), _digest(payload), at)


def with_names(history: History, acts: Iterable[Act]) -> History:
    """The history, with who started the instance and who raised each event, as far as it is known.

    Args:
        history: What the engine recorded.
        acts: What was noted, the oldest first.
    """
    noted = list(acts)
    starter, raisers = next((act.by for act in noted if act.is_start), None), _raisers(history, noted)
    events = tuple(_named(each, starter, raisers.get(place)) for place, each in enumerate(history.events))
    return history.model_copy(update={"events": events})


def _named(each: HistoryEvent, starter: str | None, raiser: str | None) -> HistoryEvent:
    by = starter if each.type == "executionStarted" else raiser
    if each.type == _RAISED and is_vote(each.name or ""):
        by = _voter(each)
    return each if by is None else each.model_copy(update={"by": by})


def _voter(each: HistoryEvent) -> str | None:
    """A vote carries the name itself, and nobody can write another one into it."""
    by = each.input.get("by") if isinstance(each.input, dict) else None
    return by if isinstance(by, str) else None


def _raisers(history: History, noted: Sequence[Act]) -> dict[int, str]:
    """Who raised an event, by its place: of equal ones each act has the one that is nearest in time."""
    raised = [act for act in noted if not act.is_start]
    kinds, found = _by_kind(history) if raised else {}, dict[int, str]()
    for act in raised:
        times = kinds.get((act.event, act.payload), [])
        after = bisect_left(times, (act.started_at, -1))
        near = [(abs(times[at][0] - act.started_at), at) for at in (after - 1, after) if 0 <= at < len(times)]
        if near and min(near)[0] <= _APART:
            _, place = times.pop(min(near)[1])
            found[place] = act.by
    return found


def _by_kind(history: History) -> dict[tuple[str, str], list[tuple[datetime, int]]]:
    """When equal events came, and where they stand."""
    kinds = defaultdict[tuple[str, str], list[tuple[datetime, int]]](list)
    for place, each in enumerate(history.events):
        if each.type == _RAISED:
            kinds[(each.name or "").casefold(), _digest(each.input)].append((each.timestamp, place))
    return {kind: sorted(times) for kind, times in kinds.items()}


def _digest(payload: Any) -> str:
    return sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:12]
