"""A history as a timeline: what began when, how long it took, and what came of it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from durably.cli.commands.text import moment, short

DETAIL: Final = 60
"""How much of an input, a result or a failure stands in a timeline."""

_SCHEDULED: Final = {"taskScheduled": "running", "timerCreated": "waiting", "childWorkflowInstanceCreated": "running"}
_RESOLVED: Final = {
    "taskCompleted": "done",
    "taskFailed": "failed",
    "timerFired": "fired",
    "childWorkflowInstanceCompleted": "done",
    "childWorkflowInstanceFailed": "failed",
}
_MOMENTS: Final = {
    "executionStarted": "started",
    "executionCompleted": "ended",
    "executionTerminated": "terminated",
    "executionSuspended": "paused",
    "executionResumed": "resumed",
    "executionStalled": "stalled",
    "eventRaised": "event",
}
_TURN: Final = "workflowStarted"
"""A turn of the workflow's code: it says nothing that the others do not."""


@dataclass(slots=True)
class Step:
    """One line of a timeline.

    Attributes:
        event_id: What `durably rerun --from` takes; -1 where it cannot be rerun from.
        what: An activity's name, or what happened.
        state: `running`, `waiting`, `done`, `failed`, `fired`, `missing`; empty for what takes no time.
        began: When.
        ended: When; None as long as it has not.
        worker: Who ran it, or runs it now, as far as is known.
        detail: What went in, came out or went wrong, in a few words.
    """

    event_id: int
    what: str
    state: str
    began: datetime
    ended: datetime | None = None
    detail: str = ""
    worker: str = ""

    def seconds(self, now: datetime) -> float:
        """How long it took, or has taken."""
        return max(0.0, ((self.ended or now) - self.began).total_seconds())


class Timeline:
    """The steps of one instance, built event by event."""

    def __init__(self, events: Iterable[dict[str, Any]] = ()) -> None:
        self.steps: list[Step] = []
        self._open: dict[int, Step] = {}
        for event in events:
            self.add(event)

    def add(self, event: dict[str, Any]) -> Step | None:
        """One more event of the history; the step that it began or changed, if any."""
        kind = event["type"]
        if kind == _TURN:
            return None
        if kind in _RESOLVED:
            return self._resolve(event)
        step = _scheduled(event) if kind in _SCHEDULED else _moment(event)
        if kind in _SCHEDULED:
            self._open[step.event_id] = step
        elif kind == "executionCompleted":
            self._abandon()
        self.steps.append(step)
        return step

    @property
    def began(self) -> datetime | None:
        """When the first step began."""
        return min((step.began for step in self.steps), default=None)

    def _resolve(self, event: dict[str, Any]) -> Step | None:
        step = self._open.pop(event.get("scheduled_id", -1), None)
        if step is None:
            return None
        step.worker = event.get("worker") or step.worker
        step.state, step.ended = _RESOLVED[event["type"]], moment(event["timestamp"])
        step.detail = _said(event) or ("" if step.state == "done" else step.detail)
        return step

    def _abandon(self) -> None:
        """The instance has ended: nothing that is still open will be waited for."""
        for step in self._open.values():
            step.state = "left"
        self._open.clear()


def _scheduled(event: dict[str, Any]) -> Step:
    kind, began = event["type"], moment(event["timestamp"])
    if kind == "timerCreated":
        detail = f"until {event['fire_at']}" if event.get("fire_at") else ""
        return Step(event["event_id"], f"timer {event.get('name') or ''}".strip(), "waiting", began, detail=detail)
    what = event.get("name") or kind
    detail, worker = short(event.get("input"), DETAIL), event.get("worker") or ""
    return Step(event["event_id"], what, _SCHEDULED[kind], began, detail=detail, worker=worker)


def _moment(event: dict[str, Any]) -> Step:
    what, at = _MOMENTS.get(event["type"], event["type"]), moment(event["timestamp"])
    if event["type"] == "eventRaised":
        what = f"event {event.get('name') or ''}".strip()
    elif event["type"] == "executionCompleted":
        what = event.get("status") or what
    detail = "; ".join(part for part in (_who(event), _said(event)) if part)
    return Step(-1, what, "", at, at, detail)


def _who(event: dict[str, Any]) -> str:
    """Who did it, and what an instance is the rerun of, as far as that is known."""
    parts = [f"by {short(event['by'], DETAIL)}"] if event.get("by") else []
    if source := event.get("rerun_of"):
        at = event.get("rerun_from")
        parts.append(f"rerun of {short(source, DETAIL)}" + (f" from event {at}" if at is not None else ""))
    return ", ".join(parts)


def _said(event: dict[str, Any]) -> str:
    if failure := event.get("failure"):
        return short(f"{failure.get('type')}: {failure.get('message')}", DETAIL)
    value = next((event[key] for key in ("reason", "result", "input") if event.get(key) is not None), None)
    return short(value, DETAIL)
