"""What a history has begun and not ended."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from durably.contracts.instances import HistoryEvent

SCHEDULED: Final = "taskScheduled"
CHILD: Final = "childWorkflowInstanceCreated"
TIMER: Final = "timerCreated"
RAISED: Final = "eventRaised"
STALLED: Final = "executionStalled"
FAILED: Final = "taskFailed"
CHILD_FAILED: Final = "childWorkflowInstanceFailed"

_OPENS: Final = {SCHEDULED, CHILD, TIMER}
_CLOSES: Final = {"taskCompleted", FAILED, "childWorkflowInstanceCompleted", CHILD_FAILED, "timerFired"}
_ANEW: Final = {"executionStarted", "continueAsNew"}


@dataclass(slots=True)
class OpenWork:
    """What an instance waits for, the oldest first.

    Attributes:
        activities: `taskScheduled` without a result.
        retries: Timers after which an activity is tried again.
        events: Timers that end the wait for an event which has not come. One without an end has one far ahead.
        timers: Other timers that have not fired.
        children: Children that have not ended.
    """

    activities: list[HistoryEvent] = field(default_factory=list)
    retries: list[HistoryEvent] = field(default_factory=list)
    events: list[HistoryEvent] = field(default_factory=list)
    timers: list[HistoryEvent] = field(default_factory=list)
    children: list[HistoryEvent] = field(default_factory=list)

    @classmethod
    def of(cls, events: Sequence[HistoryEvent]) -> "OpenWork":
        """Read it off a history; a life that was continued as new begins with nothing."""
        opened: dict[int, HistoryEvent] = {}
        for event in events:
            if event.type in _ANEW:
                opened.clear()
            elif event.type in _OPENS:
                opened[event.event_id] = event
            elif event.type in _CLOSES and event.scheduled_id is not None:
                opened.pop(event.scheduled_id, None)
            elif event.type == RAISED:
                _close_wait(opened, event)
        return cls._sorted(opened.values())

    @classmethod
    def _sorted(cls, opened: Iterable[HistoryEvent]) -> "OpenWork":
        work = cls()
        for event in opened:
            if event.type == SCHEDULED:
                work.activities.append(event)
            elif event.type == CHILD:
                work.children.append(event)
            elif event.retry_of:
                work.retries.append(event)
            elif event.waits_for:
                work.events.append(event)
            else:
                work.timers.append(event)
        return work

    @property
    def is_nothing(self) -> bool:
        """Whether the workflow's code has all that it asked for, and its next turn is to come."""
        return not (self.activities or self.retries or self.events or self.timers or self.children)


def _close_wait(opened: dict[int, HistoryEvent], raised: HistoryEvent) -> None:
    """An event ends the oldest wait for it; names are known without regard to case. One too early ends none."""
    name = (raised.name or "").casefold()
    waits = (key for key, event in opened.items() if (event.waits_for or "").casefold() == name and event.waits_for)
    key = next(waits, None)
    if key is not None:
        del opened[key]
