"""The table of faults: on the terminal, as JSON, and in docs/durability.md."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from tests.e2e.batch import Outcome
from tests.e2e.evidence import percentile

BEGIN: Final = "<!-- e2e: begin, written by `make e2e ARGS=--write-docs` -->"
END: Final = "<!-- e2e: end -->"
HEADS: Final = ("what was killed", "times", "workflows in flight", "lost", "effects doubled", "stood still: median")
_HEADS: Final = (*HEADS, "p95", "longest")


@dataclass(slots=True)
class Row:
    """What one fault did, over all of its repetitions.

    Attributes:
        fault: What was killed.
        times: How often.
        lost: Workflows that did not complete, or of which nobody was told.
        doubled: Tasks that somebody was told of twice.
        pauses_s: For each workflow in flight, the longest time that it stood still.
    """

    fault: str
    times: int = 0
    lost: int = 0
    doubled: int = 0
    pauses_s: list[float] = field(default_factory=list)

    def cells(self) -> tuple[str, ...]:
        """The row as it is shown; times in seconds."""
        pauses = self.pauses_s
        spread = [percentile(pauses, 0.5), percentile(pauses, 0.95), max(pauses)] if pauses else []
        counts = (self.times, len(pauses), self.lost, self.doubled)
        return (self.fault, *map(str, counts), *(f"{seconds:.1f} s" for seconds in spread), *[""] * (3 - len(spread)))


class Report:
    """Rows, in the order in which the faults were had."""

    def __init__(self) -> None:
        self._rows: dict[str, Row] = {}

    @property
    def rows(self) -> tuple[Row, ...]:
        """All of them."""
        return tuple(self._rows.values())

    def add(self, fault: str, outcome: Outcome) -> Row:
        """Count one more repetition of a fault, and return its row."""
        row = self._rows.setdefault(fault, Row(fault))
        row.times += 1
        row.lost += len(outcome.lost)
        row.doubled += len(outcome.doubled)
        row.pauses_s += outcome.pauses_s
        return row

    def write_json(self, path: Path) -> None:
        """Write the rows with every pause that was measured."""
        path.parent.mkdir(parents=True, exist_ok=True)
        rows = [
            {
                "fault": row.fault,
                "times": row.times,
                "in_flight": len(row.pauses_s),
                "lost": row.lost,
                "effects_doubled": row.doubled,
                "pauses_s": [round(seconds, 3) for seconds in row.pauses_s],
            }
            for row in self.rows
        ]
        path.write_text(json.dumps(rows, indent=2) + "\n", encoding="utf-8")


def as_text(rows: Sequence[Row]) -> str:
    """The table for a terminal."""
    lines = [_HEADS, *(row.cells() for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(_HEADS))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) for line in lines)


def as_markdown(rows: Sequence[Row]) -> str:
    """The table for the documentation."""
    lines = [_HEADS, ("---",) * len(_HEADS), *(row.cells() for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


PICTURES: Final = """
Which pod ran which activity of which workflow, and when. Hatched: cut off, and run again.

![A worker pod is deleted without grace](images/timeline-forced.svg)
![A worker pod is deleted gracefully](images/timeline-graceful.svg)"""
"""What stands below the table; the images are drawn by the tests of the worker's deletion."""


def rewritten(document: str, told: str) -> str:
    """A document with something new between its markers.

    Raises:
        ValueError: It has no markers.
    """
    before, begin, rest = document.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"the document has no {BEGIN} and {END}")
    return f"{before}{begin}\n{told}\n{end}{after}"
