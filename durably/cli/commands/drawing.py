"""A timeline as text for pipes, and as a table with bars for people."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, Final

from durably.cli.commands.output import Cell, on_terminal, rich_table, say, status_cell, table
from durably.cli.commands.text import printable, short, span, stamp
from durably.cli.commands.timeline import Step, Timeline

_STYLES: Final = {
    "done": "green",
    "fired": "green",
    "running": "yellow",
    "waiting": "cyan",
    "failed": "red",
    "left": "dim",
    "completed": "bold green",
    "terminated": "bold red",
}
_HEAD: Final = ("at", "what", "state", "took", "event", "worker", "detail")
_BAR: Final = 24
_WIDE: Final = 110
"""Columns from which on there is room for bars."""
_WIDER: Final = 140
"""The same for workers, who have long names."""
_WORKER: Final = _HEAD.index("worker")


def show(view: dict[str, Any], timeline: Timeline) -> None:
    """The whole timeline of an instance, under a line that says how it stands."""
    say(title(view))
    if on_terminal():
        from rich.console import Console  # noqa: PLC0415 - not for a pipe: it takes longer than the rest

        console = Console()
        console.print(drawn(timeline, datetime.now(UTC), width=console.width))
        return
    now = datetime.now(UTC)
    table(_HEAD, [_cells(step, stamp(step.began), now) for step in timeline.steps])


def title(view: dict[str, Any]) -> str:
    """An instance in one line."""
    return printable(f"{view['instance_id']}  {view['workflow']}  {view['status']}")


def drawn(timeline: Timeline, now: datetime, *, width: int, last: int | None = None) -> Any:
    """The table, for rich.

    Args:
        timeline: What happened.
        now: The end of what has not ended.
        width: Columns that there are; bars and workers take room that a narrow terminal has not.
        last: How many steps to show, the newest; all of them where it is None.
    """
    began = timeline.began or now
    steps = timeline.steps if last is None else timeline.steps[-last:]
    total = max([(step.ended or now).timestamp() for step in timeline.steps] or [0]) - began.timestamp()
    head, rows = [name for name in _HEAD if name != "worker" or width >= _WIDER], []
    for step in steps:
        offset = (step.began - began).total_seconds()
        row = _cells(step, f"+{span(offset)}", now)
        if width < _WIDER:
            del row[_WORKER]
        if width >= _WIDE:
            row.insert(4, Cell(_bar(offset, step.seconds(now), total), _STYLES.get(step.state, "")))
        rows.append(row)
    if width >= _WIDE:
        head.insert(4, "")
    return rich_table(head, rows, cut=_HEAD[-1])


def changed(step: Step) -> str:
    """A step that began or ended, in one line, for a pipe."""
    at = stamp(step.ended or step.began)
    parts = (at, printable(step.what), step.state, short(step.detail, 200))
    return "  ".join(part for part in parts if part)


def outcome(view: dict[str, Any]) -> Sequence[tuple[str, Cell | str]]:
    """How an ended instance ended."""
    pairs: list[tuple[str, Cell | str]] = [("status", status_cell(view["status"]))]
    if failure := view.get("failure"):
        pairs.append(("failure", Cell(f"{failure['type']}: {failure['message']}", "red")))
    elif view.get("output") is not None:
        pairs.append(("output", short(view["output"], 2_000)))
    return pairs


def _cells(step: Step, at: str, now: datetime) -> list[Cell]:
    took = span(step.seconds(now)) if step.state and step.state != "left" else ""
    style = _STYLES.get(step.state or step.what, "")
    event = str(step.event_id) if step.event_id >= 0 else ""
    return [
        Cell(at),
        Cell(step.what),
        Cell(step.state, style),
        Cell(took),
        Cell(event),
        Cell(step.worker),
        Cell(step.detail),
    ]


def _bar(offset: float, seconds: float, total: float) -> str:
    if total <= 0:
        return ""
    first = min(int(offset / total * _BAR), _BAR - 1)
    length = max(1, min(round(seconds / total * _BAR), _BAR - first)) if seconds else 1
    return " " * first + ("━" if seconds else "·") * length
