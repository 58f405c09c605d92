"""What the commands print: JSON for scripts, aligned text for pipes, tables for people."""

import json
import os
import sys
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from durably.cli.commands.text import printable

STATUS_STYLES: Final = {
    "pending": "cyan",
    "running": "yellow",
    "suspended": "magenta",
    "stalled": "bold red",
    "completed": "green",
    "failed": "red",
    "terminated": "red",
}


class Cell(NamedTuple):
    """A text and how a terminal shows it."""

    text: str
    style: str = ""


Row = Sequence[Cell | str]


def status_cell(status: str) -> Cell:
    """The status of an instance."""
    return Cell(status, STATUS_STYLES.get(status, ""))


def on_terminal() -> bool:
    """Whether a person looks at the output, through something that can draw."""
    return sys.stdout.isatty() and os.environ.get("TERM", "dumb") not in {"dumb", "unknown"}


def say(text: str) -> None:
    """A line of output."""
    print(text)  # noqa: T201 - the output of the command


def note(text: str) -> None:
    """A line that is no output: what happens meanwhile, what to do next."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201 - as above


def document(value: Any) -> None:
    """JSON in one line."""
    print(json.dumps(value, ensure_ascii=False))  # noqa: T201 - as above


def pretty(value: Any) -> str:
    """JSON for people."""
    return printable(json.dumps(value, ensure_ascii=False, indent=2), lines=True)


def table(head: Sequence[str], rows: Sequence[Row], *, wraps: Sequence[str] = ()) -> None:
    """Rows under a head: a table on a terminal, aligned columns elsewhere.

    Args:
        head: The names of the columns.
        rows: The rows.
        wraps: The columns that may take several lines where the terminal is narrow.
    """
    cells = [[cell if isinstance(cell, Cell) else Cell(cell) for cell in row] for row in rows]
    if not on_terminal():
        _aligned(head, cells)
        return
    from rich.console import Console  # noqa: PLC0415 - not for a pipe: it takes longer than the rest

    Console().print(rich_table(head, cells, wraps=wraps))


def rich_table(head: Sequence[str], rows: Sequence[Sequence[Cell]], *, wraps: Sequence[str] = (), cut: str = "") -> Any:
    """The same as something that rich can draw; text is text, whatever brackets are in it.

    Args:
        head: The names of the columns.
        rows: The rows.
        wraps: The columns that may take several lines where the terminal is narrow.
        cut: The column that is cut off there instead.
    """
    from rich import box  # noqa: PLC0415 - as above
    from rich.table import Table  # noqa: PLC0415 - as above
    from rich.text import Text  # noqa: PLC0415 - as above

    drawn = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, header_style="bold")
    for name in head:
        drawn.add_column(name, overflow="fold", no_wrap=name not in {*wraps, cut})
    for row in rows:
        texts = [Text(printable(cell.text), style=cell.style) for cell in row]
        for name, text in zip(head, texts, strict=True):
            if name == cut:
                text.no_wrap, text.overflow = True, "ellipsis"
        drawn.add_row(*texts)
    return drawn


def _aligned(head: Sequence[str], rows: Sequence[Sequence[Cell]]) -> None:
    lines = [[name.upper() for name in head], *([printable(cell.text) or "-" for cell in row] for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    for line in lines:
        say("  ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip())


def facts(pairs: Sequence[tuple[str, Cell | str]]) -> None:
    """Names and values, one a line; a value of several lines is indented."""
    width = max(len(name) for name, _ in pairs) + 2
    for name, value in pairs:
        cell = value if isinstance(value, Cell) else Cell(value)
        text = printable(cell.text, lines=True).replace("\n", "\n" + " " * width)
        say(f"{name.ljust(width)}{styled(text, cell.style)}")


def styled(text: str, style: str) -> str:
    """A text in a style, on a terminal."""
    if not style or not on_terminal():
        return text
    from rich.console import Console  # noqa: PLC0415 - not for a pipe
    from rich.text import Text  # noqa: PLC0415 - as above

    console = Console()
    with console.capture() as captured:
        console.print(Text(text, style=style), end="", soft_wrap=True)
    return captured.get()
