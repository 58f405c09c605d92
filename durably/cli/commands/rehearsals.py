"""What a rehearsal shows, for people: what was recorded, what the code asks for, and where."""

import linecache
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from durably.cli.commands.output import Cell, say, styled
from durably.cli.commands.text import printable, span
from durably.contracts.recordings import Recording
from durably.contracts.replays import Divergence, DivergenceKind, Place, Rehearsal

OK: Final = Cell("ok", "green")
BREAKS: Final = Cell("BREAKS", "bold red")
_AROUND: Final = 2
"""How many lines before and after the one that is meant are shown."""


def headline(verdict: Cell, what: str) -> None:
    """A line that begins with a verdict."""
    say(f"{styled(verdict.text.ljust(8), verdict.style)}{printable(what)}")


def run_of(rehearsal: Rehearsal) -> str:
    """What was run, in a few words."""
    if not rehearsal.workflow:
        return "nothing has begun"
    turns = len(rehearsal.steps)
    return f"{rehearsal.workflow} {rehearsal.version or ''}, {turns} turn{'s' if turns != 1 else ''}"


def explain(divergence: Divergence) -> None:
    """What differs, below its headline."""
    for line in _lines(divergence):
        say(f"        {line}")


def too_long(recording: Recording, limit_s: float) -> Divergence:
    """What is wrong with code that did not come to an end with a history."""
    name = f"{recording.workflow} {recording.version}" if recording.version else recording.workflow
    return Divergence(
        kind=DivergenceKind.UNREADABLE,
        message=f"Workflow {name} still ran after {span(limit_s)}: it may never end; --time-limit gives it longer.",
        workflow=recording.workflow,
        version=recording.version,
        expected=f"a replay within {span(limit_s)}",
        actual="code that still ran",
    )


def summary_of(rehearsal: Rehearsal) -> dict[str, Any]:
    """A rehearsal without its steps, for scripts."""
    document: dict[str, Any] = rehearsal.model_dump(mode="json", exclude={"steps"})
    return document | {"turns": len(rehearsal.steps)}


def shown(place: Place) -> str:
    """A place, by its path from here if it is below."""
    file = Path(place.file)
    near = file.is_relative_to(Path.cwd())
    return f"{os.path.relpath(file) if near else file}:{place.line}"


def _lines(divergence: Divergence) -> Iterator[str]:
    if divergence.step is None:
        yield printable(divergence.message)
        return
    before, after = ("replayed", "new") if divergence.kind is DivergenceKind.LIVE else ("recorded", "the code")
    yield f"turn {divergence.step}"
    yield f"  {before.ljust(10)}{printable(divergence.expected)}"
    yield f"  {after.ljust(10)}{printable(divergence.actual)}"
    if divergence.place is not None:
        yield f"  {'at'.ljust(10)}{printable(shown(divergence.place))} in {divergence.place.function}"
        yield from _excerpt(divergence.place)


def _excerpt(place: Place) -> Iterator[str]:
    for number in range(max(1, place.line - _AROUND), place.line + _AROUND + 1):
        if text := linecache.getline(place.file, number).rstrip():
            yield f"    {'>' if number == place.line else ' '} {number:>4}  {printable(text)}"
