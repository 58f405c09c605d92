"""The curves of the document, as small SVG files."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.results import ActivityCost, EngineName, StorePoint

_COLOURS: Final[dict[EngineName, str]] = {"embedded": "#1f6feb", "dapr": "#bf5700"}
_NAMES: Final[dict[EngineName, str]] = {"embedded": "embedded engine", "dapr": "Dapr on Redis"}
_STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",  # text stays text: small files, and readable by search
    "svg.hashsalt": "durably",  # the same numbers give the same file
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#dddddd",
    "legend.frameon": False,
}


def draw_activities(costs: Sequence[ActivityCost], path: Path) -> None:
    """Time for each activity against the size of the workflow."""
    with mpl.rc_context(_STYLE):
        figure, axes = _canvas()
        for engine, colour in _COLOURS.items():
            for shape, line in (("sequence", "-"), ("fan_out", "--")):
                points = [c for c in costs if c.engine == engine and c.shape == shape]
                words = "one after the other" if shape == "sequence" else "all at once"
                sizes, spreads = [c.activities for c in points], [c.ms_per_activity for c in points]
                _curve(axes, sizes, spreads, colour=colour, line=line, label=f"{_NAMES[engine]}, {words}")
        axes.set_xscale("log")
        sizes = sorted({cost.activities for cost in costs})
        axes.set_xticks(sizes, [f"{size:,}" for size in sizes])
        axes.minorticks_off()
        axes.set_ylim(bottom=0)
        axes.set_xlabel("activities in one workflow")
        axes.set_ylabel("ms for each activity")
        _save(figure, path)


def draw_store(points: Sequence[StorePoint], path: Path) -> None:
    """Throughput beside an engine that was started empty, against the finished instances in the store."""
    with mpl.rc_context(_STYLE):
        figure, axes = _canvas()
        for engine, colour in _COLOURS.items():
            mine = [point for point in points if point.engine == engine]
            finished, kept = [p.finished for p in mine], [p.kept for p in mine]
            _curve(axes, finished, kept, colour=colour, line="-", label=_NAMES[engine])
        axes.axhline(0.9, color="#888888", linewidth=1, linestyle=":", label="10 % lost")
        axes.set_ylim(bottom=0)
        axes.xaxis.set_major_formatter(lambda value, _: f"{value:,.0f}")
        axes.set_xlabel("finished instances in the store")
        axes.set_ylabel("throughput ÷ an empty engine's")
        _save(figure, path)


def _canvas() -> tuple[Figure, Any]:
    figure = Figure(figsize=(7, 3.6), layout="constrained")
    return figure, figure.add_subplot()


def _curve(axes: Any, across: Sequence[float], up: Sequence[Any], *, colour: str, line: str, label: str) -> None:
    if not across:
        return
    axes.plot(across, [spread.median for spread in up], line, color=colour, marker="o", markersize=4, label=label)
    axes.fill_between(across, [s.low for s in up], [s.high for s in up], color=colour, alpha=0.12, linewidth=0)


def _save(figure: Figure, path: Path) -> None:
    figure.legend(loc="outside upper center", ncols=2)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, format="svg", facecolor="white", metadata={"Date": None, "Creator": None})
