"""Draws docs/images/dashboard.svg: the dashboard's own queries, over a load on the self-hosted stack.

`python -m tests.monitoring.picture` needs what the tests here need. It takes two minutes.
"""

import asyncio
import io
import re
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import matplotlib as mpl
from matplotlib.figure import Figure

from tests.harness.waiting import until
from tests.monitoring.conftest import scraping
from tests.monitoring.load import Load
from tests.monitoring.prometheus import Prometheus, Series
from tests.monitoring.queries import Panel, panels
from tests.monitoring.sites import VARIABLES, self_hosted

PICTURE: Final = Path(__file__).parents[2] / "docs" / "images" / "dashboard.svg"

_STEP_S: Final = 2.5
_MOST_LINES: Final = 5
"""Lines in one panel: those with the highest values."""

_WIDTH_IN: Final = 12
_ROW_IN: Final = 1.9
_COLUMNS: Final = 24
"""Of Grafana's grid."""

_UNITS: Final = {"ops": "1/s", "reqps": "1/s", "s": "s", "ms": "ms", "short": "number", "bytes": "bytes"}
_LEFT_OUT: Final = {"Up", "Memory", "CPU", "Lost streams and restarted sidecars"}
"""Panels about processes, which say nothing about a load."""

_SLOW: Final = {"assign_task": 0.4, "send_notification": 0.1}
"""Seconds that activities take, so that some are in flight when Prometheus looks."""

_STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",  # text stays text: small files, and readable by search
    "svg.hashsalt": "durably",  # the same numbers give the same file
    "path.simplify_threshold": 1,
    "font.sans-serif": ["DejaVu Sans"],  # one name: the default list of twelve stands in each text
    "font.size": 7,
    "axes.titlesize": 8,
    "axes.titleweight": "bold",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": "#e5e5e5",
    "lines.linewidth": 1,
    "legend.frameon": False,
    "legend.fontsize": 6,
}

Lines = list[tuple[str, Series]]


async def _observe(folder: Path) -> tuple[dict[Panel, Lines], float]:
    """What each panel shows of a load in which things go wrong, and when the load began."""
    async with self_hosted(folder, delays_s=_SLOW) as site, scraping(site, folder) as prometheus:
        load = Load(site)
        await load.tasks(60, pause_s=0.3)
        await load.refused_requests()
        await load.workflows_fail(3)
        await site.strand()
        await load.outage(site.stack.engine.parts["scheduler"])
        await until(lambda: _works(load), what="the scheduler is back", timeout_s=60)
        await load.tasks(60, pause_s=0.3)
        graphs = [panel for panel in panels() if panel.kind == "timeseries" and panel.title not in _LEFT_OUT]
        return {panel: await _lines(prometheus, panel, load.begun) for panel in graphs}, load.begun


async def _works(load: Load) -> bool:
    await load.tasks(1)
    return True


async def _lines(prometheus: Prometheus, panel: Panel, begun: float) -> Lines:
    found = await prometheus.between(panel.filled(VARIABLES), begun, time.time(), step_s=_STEP_S)
    lines = [(panel.called(series.labels), series) for series in found if series.finite]
    return sorted(lines, key=lambda line: -line[1].highest)[:_MOST_LINES]


def _draw(shown: dict[Panel, Lines], begun: float) -> None:
    tops = sorted({panel.place[1] for panel in shown})
    height = 1 / len(tops)
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(_WIDTH_IN, _ROW_IN * len(tops)))
        for title in dict.fromkeys(panel.title for panel in shown):
            mine = {panel: lines for panel, lines in shown.items() if panel.title == title}
            x, y, width, _ = next(iter(mine)).place
            left, bottom = x / _COLUMNS, 1 - (tops.index(y) + 1) * height
            axes = figure.add_axes(
                (left + 0.03, bottom + 0.18 * height, width / _COLUMNS - 0.045, 0.66 * height), xlabel="s"
            )
            _draw_panel(axes, title, mine, begun)
        drawn = io.StringIO()
        figure.savefig(drawn, format="svg", facecolor="white", metadata={"Date": None, "Creator": None})
    PICTURE.parent.mkdir(parents=True, exist_ok=True)
    # A tenth of a point is all that a screen shows; the other digits would double the file.
    short = re.sub(r"(\d+\.\d)\d+", r"\1", drawn.getvalue())
    PICTURE.write_text(re.sub(r' transform="rotate\(-0[^"]*"', "", short), encoding="utf-8")


def _draw_panel(axes: Any, title: str, shown: dict[Panel, Lines], begun: float) -> None:
    lines: Sequence[tuple[str, Series]] = [line for found in shown.values() for line in found]
    told = [line for line in lines if line[1].highest] or lines
    for name, series in told[:_MOST_LINES]:
        short = name.replace("task_processing_workflow", "task_processing")
        axes.plot([at - begun for at, _ in series.points], [value for _, value in series.points], label=short)
    axes.set_title(f"{title}, {_UNITS[next(iter(shown)).unit]}", loc="left")
    axes.set_ylim(0, 1.45 * max(series.highest for _, series in told) or 1)  # the legend stands above the lines
    axes.set_xlim(left=0)
    axes.legend(loc="upper left", ncols=2, borderaxespad=0, handlelength=1, columnspacing=1)


def main() -> None:
    """Run the load and draw."""
    with tempfile.TemporaryDirectory(prefix="durably-dashboard-") as folder:
        shown, begun = asyncio.run(_observe(Path(folder)))
    _draw(shown, begun)


if __name__ == "__main__":
    main()
