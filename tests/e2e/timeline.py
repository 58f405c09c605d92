"""A picture of one strike: which pod ran which activity of which workflow, and when."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure
from matplotlib.patches import Patch

from durably.contracts.names import ASSIGN_TASK, SEND_NOTIFICATION, VALIDATE_TASK
from tests.e2e.evidence import Execution

_COLOURS: Final = ("#bf5700", "#1f6feb", "#2da44e", "#8250df")
_SHORT_S: Final = 0.12
"""Bars of activities that took less are drawn as wide as this, so that they can be seen."""
_MARKS: Final = {VALIDATE_TASK: "v", ASSIGN_TASK: "assign", SEND_NOTIFICATION: "n"}
_STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",  # text stays text: small files, and readable by search
    "svg.hashsalt": "durably",  # the same numbers give the same file
    "font.family": "sans-serif",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
}


def draw_timeline(runs: Mapping[str, Sequence[Execution]], struck_at: float, title: str, path: Path) -> None:
    """Draw one row for each workflow; a bar is an execution, its colour the pod; time counts from the strike.

    Args:
        runs: The executions by instance id.
        struck_at: When the pod was deleted, in seconds since the epoch.
        title: What was done.
        path: The SVG file.
    """
    pods = list(dict.fromkeys(run.pod for each in runs.values() for run in each))
    colours = {pod: _COLOURS[number % len(_COLOURS)] for number, pod in enumerate(pods)}
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(8, 1.4 + 0.28 * len(runs)), layout="constrained")
        axes: Any = figure.add_subplot()
        for row, instance_id in enumerate(runs):
            for run in runs[instance_id]:
                _bar(axes, row, run, struck_at, colours[run.pod])
        axes.axvline(0, color="#cf222e", linewidth=1.5)
        axes.set_yticks(range(len(runs)), [f"workflow {row + 1}" for row in range(len(runs))])
        axes.invert_yaxis()
        axes.set_xlabel("seconds from the deletion of the pod")
        axes.set_title(title, fontsize=10, loc="left")
        legend = [Patch(color=colours[pod], label=f"pod {letter}") for pod, letter in zip(pods, "ABCD", strict=False)]
        figure.legend(handles=legend, loc="outside lower center", ncols=len(legend), frameon=False)
        path.parent.mkdir(parents=True, exist_ok=True)
        figure.savefig(path, format="svg", facecolor="white", metadata={"Date": None, "Creator": None})


def _bar(axes: Any, row: int, run: Execution, struck_at: float, colour: str) -> None:
    """One execution; one that never told its end is drawn hatched, up to the strike."""
    killed = run.ended is None or run.outcome == "cancelled"
    ended = run.ended if run.ended is not None else max(struck_at, run.began)
    width = max(ended - run.began, _SHORT_S)
    left = run.began - struck_at
    hatch = "////" if killed else None
    axes.barh(row, width, left=left, height=0.7, color=colour, edgecolor="white", linewidth=0.6, hatch=hatch)
    if width > _SHORT_S:
        axes.text(left + width / 2, row, _MARKS[run.activity], ha="center", va="center", color="white", fontsize=7)
