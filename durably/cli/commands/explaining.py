"""A diagnosis as lines: the verdict, what it rests on, what to type; and that of the child that is waited for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from textwrap import dedent
from typing import Any, Final, NamedTuple

from durably.cli.commands.output import Cell
from durably.cli.commands.text import distance, moment, printable

_INDENT: Final = "  "
_BAD: Final = "bold red"


class _Look(NamedTuple):
    symbol: str
    style: str


LOOKS: Final = {
    "on_its_way": _Look("▶", "cyan"),
    "activity_running": _Look("▶", "cyan"),
    "activity_retrying": _Look("↻", "yellow"),
    "waiting_for_event": _Look("‖", "cyan"),
    "waiting_for_timer": _Look("‖", "cyan"),
    "waiting_for_child": _Look("‖", "cyan"),
    "paused": _Look("‖", "magenta"),
    "finished": _Look("✓", "green"),
}
"""Verdicts of what is well; all others look bad, those too that a newer server may have."""


def verdict_cell(verdict: str, *, healthy: bool) -> Cell:
    """A verdict at a glance: a symbol, words and a colour."""
    look = LOOKS.get(verdict, _Look("✓", "green")) if healthy else _Look("✕", _BAD)
    return Cell(f"{look.symbol} {verdict.replace('_', ' ')}", look.style)


def explained(diagnosis: dict[str, Any], *, now: datetime | None = None, depth: int = 0) -> Iterator[Cell]:
    """The lines of a diagnosis.

    Args:
        diagnosis: As the API gives it.
        now: From when distances are told, for people; None where times alone are wanted.
        depth: How often a child was followed down to come here.
    """
    indent = _INDENT * depth
    for cell in _lines(diagnosis, now):
        yield Cell(f"{indent}{printable(cell.text)}", cell.style)
    if child := diagnosis.get("child"):
        yield Cell("")
        yield Cell(f"{indent}{_INDENT}its child:")
        yield from explained(child, now=now, depth=depth + 1)


def drawn(diagnosis: dict[str, Any]) -> Any:
    """The same for a terminal, as something that rich can draw."""
    from rich.text import Text  # noqa: PLC0415 - not for a pipe: it takes longer than the rest

    return Text("\n").join(Text(cell.text, style=cell.style) for cell in explained(diagnosis, now=datetime.now(UTC)))


def essence(diagnosis: dict[str, Any] | None) -> Any:
    """What is different when something has happened; a summary may count the seconds."""
    names = ("verdict", "healthy", "since", "activity", "attempt", "worker", "event")
    return diagnosis and [*(diagnosis.get(name) for name in names), essence(diagnosis.get("child"))]


def _lines(diagnosis: dict[str, Any], now: datetime | None) -> Iterator[Cell]:
    known = (diagnosis.get(name) for name in ("workflow", "version", "status"))
    yield Cell("  ".join([diagnosis["instance_id"], *(text for text in known if text)]), "bold")
    yield verdict_cell(diagnosis["verdict"], healthy=diagnosis["healthy"])
    yield Cell(f"{_INDENT}{diagnosis['summary']}")
    pairs = list(_facts(diagnosis, now))
    width = max((len(name) for name, _ in pairs), default=0)
    yield from (Cell(f"{_INDENT}{name.ljust(width)}  {value}") for name, value in pairs)
    if evidence := diagnosis.get("evidence"):
        yield Cell("evidence", "bold")
        yield from _evidence(evidence, now)
    if commands := diagnosis.get("next_commands"):
        yield Cell("next", "bold")
        for entry in commands:  # the whole block can be copied: what a command is for is a comment to the shell
            yield Cell(f"{_INDENT}# {entry['what']}", "dim")
            yield Cell(f"{_INDENT}{entry['command']}", "green")


def _facts(diagnosis: dict[str, Any], now: datetime | None) -> Iterator[tuple[str, str]]:
    said = diagnosis.get
    given = {
        "since": _at(said("since"), now),
        "until": _at(said("until"), now),
        "activity": said("activity"),
        "attempt": said("attempt"),
        "event": said("event"),
        "may vote": ", ".join(said("approvers") or ()),
        "worker": said("worker"),
        "pod": "/".join(name for name in (said("namespace"), said("pod")) if name),
        "by": said("by"),
        "reason": said("reason"),
    }
    yield from ((name, str(value)) for name, value in given.items() if value)
    if failure := said("failure"):
        yield from _failure(failure)
    if mismatch := said("mismatch"):
        yield "expected", mismatch["expected"]
        yield "actual", mismatch["actual"]
        if mismatch.get("file"):
            yield "where", ":".join(str(part) for part in (mismatch["file"], mismatch.get("line")) if part)


def _failure(failure: dict[str, Any]) -> Iterator[tuple[str, str]]:
    yield "failure", f"{failure['type']}: {failure['message']}"
    for line in dedent(failure.get("stack") or "").strip().splitlines():
        yield "", line


def _evidence(evidence: list[dict[str, Any]], now: datetime | None) -> Iterator[Cell]:
    rows = [(_exact(one.get("at")), _quoted(one), one) for one in evidence]
    width = max(len(quoted) for _, quoted, _ in rows)
    for at, quoted, one in rows:
        ago = f"  ({distance(one['at'], now=now)})" if now and one.get("at") else ""
        yield Cell(f"{_INDENT}{at:<24}  {quoted:<{width}}  {one['text']}{ago}")


def _quoted(one: dict[str, Any]) -> str:
    """Who says it; of a history which event."""
    number = one.get("event_id")
    parts = (one["source"], one.get("event_type"), None if number is None or number < 0 else str(number))
    return " ".join(part for part in parts if part)


def _exact(text: str | None) -> str:
    """A time to the millisecond, in UTC: what the lines of a log are compared with."""
    if not text:
        return ""
    return moment(text).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _at(text: str | None, now: datetime | None) -> str:
    return f"{_exact(text)} ({distance(text, now=now)})" if text and now else _exact(text)
