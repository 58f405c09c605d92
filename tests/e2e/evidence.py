"""What the workers' logs prove: who ran which activity when, and how long each workflow stood still."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from math import ceil
from typing import Any, Final

TOLD: Final = ('"activity_started"', '"activity_ended"', '"workflow_ended"')
"""The events that count as evidence, as they stand in a line."""


@dataclass(frozen=True, slots=True)
class Line:
    """One event in the log of a worker pod; `at` is in seconds since the epoch, by the pod's clock."""

    pod: str
    event: str
    at: float
    instance_id: str
    activity: str = ""
    task_execution_id: str = ""
    outcome: str | None = None


@dataclass(frozen=True, slots=True)
class Execution:
    """One time that a pod ran an activity; `ended` and `outcome` are None where it was killed, or still runs."""

    pod: str
    instance_id: str
    activity: str
    task_execution_id: str
    began: float
    ended: float | None = None
    outcome: str | None = None


def parse(pod: str, text: str) -> Line | None:
    """A log line as evidence; None for one that is none, or that a kill cut off."""
    if not any(event in text for event in TOLD):
        return None
    try:
        entry: dict[str, Any] = json.loads(text)
    except ValueError:
        return None
    return Line(
        pod=pod,
        event=entry["event"],
        at=datetime.fromisoformat(entry["timestamp"]).timestamp(),
        instance_id=entry.get("instance_id", ""),
        activity=entry.get("activity", ""),
        task_execution_id=entry.get("task_execution_id", ""),
        outcome=entry.get("outcome"),
    )


def executions(lines: Iterable[Line]) -> tuple[Execution, ...]:
    """Every execution, in the order in which they began; a begin is closed by the next end on the same pod."""
    done: list[Execution] = []
    running: dict[tuple[str, str], Line] = {}
    for line in sorted(lines, key=lambda line: line.at):
        key = line.pod, line.task_execution_id
        if line.event == "activity_started":
            if key in running:  # the container was killed and the same pod ran it again
                done.append(_execution(running[key], None))
            running[key] = line
        elif line.event == "activity_ended" and key in running:
            done.append(_execution(running.pop(key), line))
    done += [_execution(line, None) for line in running.values()]
    return tuple(sorted(done, key=lambda execution: execution.began))


def _execution(began: Line, ended: Line | None) -> Execution:
    return Execution(
        pod=began.pod,
        instance_id=began.instance_id,
        activity=began.activity,
        task_execution_id=began.task_execution_id,
        began=began.at,
        ended=ended.at if ended else None,
        outcome=ended.outcome if ended else None,
    )


def pause(lines: Sequence[Line], struck_at: float) -> float | None:
    """The longest time after a strike in which one workflow had no activity running, until it ended.

    An activity that never told its end counts as running until the strike if it had begun before, so that the time in
    which a killed pod still twitched is part of the pause.

    Args:
        lines: The evidence of one instance.
        struck_at: When the strike was asked for.

    Returns:
        Seconds; None where the workflow had not begun by then, or had ended.
    """
    runs = executions(lines)
    finish = max((line.at for line in lines), default=struck_at)
    if not runs or runs[0].began >= struck_at or finish <= struck_at:
        return None
    longest, busy_until = 0.0, struck_at
    for run in runs:
        if run.began > busy_until:
            longest = max(longest, run.began - busy_until)
        ended = run.ended if run.ended is not None else max(run.began, struck_at)
        busy_until = max(busy_until, ended)
    return max(longest, finish - busy_until)


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile: a value that was measured, and never one in between."""
    return sorted(values)[max(0, ceil(share * len(values)) - 1)]
