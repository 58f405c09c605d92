"""Markdown tables of the document."""

from collections.abc import Iterable, Mapping, Sequence

from benchmarks.figures import Spread
from benchmarks.results import ActivityCost, Measured, ProcessCost, StorePoint
from benchmarks.targets import Verdict


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table whose first column is text and whose others are numbers."""
    rule = ["---", *("---:" for _ in head[1:])]
    return "\n".join("| " + " | ".join(row) + " |" for row in (head, rule, *rows))


def promises(verdicts: Sequence[Verdict]) -> str:
    """What was promised, what was measured, whether it was kept."""
    rows = []
    for verdict in verdicts:
        unit = verdict.target.unit
        bound = f"{verdict.target.side} {verdict.target.bound:g}{unit}"
        rows.append((verdict.target.what, bound, _spread(verdict.measured, unit), "yes" if verdict.met else "**no**"))
    return table(("", "promised", "median (lowest to highest round)", "kept"), rows)


Sides = Mapping[str, Sequence[Measured]]
"""The rounds of each side, by its name."""


def sides(measured: Sides) -> str:
    """All sides of a comparison, medians over the rounds."""
    names = ("", "workflows/s", "p50 ms", "p99 ms", "p50 ms alone", "p99 ms alone", "CPU ms a workflow")
    rows = []
    for name, rounds in measured.items():
        cells = (
            _median(r.per_s for r in rounds),
            _median(r.loaded_p50_ms for r in rounds),
            _median(r.loaded_p99_ms for r in rounds),
            _median(r.p50_ms for r in rounds if r.p50_ms is not None),
            _median(r.p99_ms for r in rounds if r.p99_ms is not None),
            _median(sum(r.cpu_ms.values()) for r in rounds),
        )
        rows.append((name, *(f"{cell:.1f}" for cell in cells)))
    return table(names, rows)


def processor_time(measured: Sides) -> str:
    """Where the processor time of one workflow goes."""
    names = list(dict.fromkeys(name for rounds in measured.values() for r in rounds for name in r.cpu_ms))
    rows = [(side, *(_milliseconds(rounds, name) for name in names)) for side, rounds in measured.items()]
    return table(("CPU ms a workflow", *names), rows)


def activities(costs: Sequence[ActivityCost]) -> str:
    """Time for each activity, by size of the workflow."""
    kinds = list(dict.fromkeys((cost.engine, cost.shape) for cost in costs))
    words = {"sequence": "one after the other", "fan_out": "all at once"}
    found = {(c.engine, c.shape, c.activities): c.ms_per_activity for c in costs}
    rows = [
        (f"{size:,}", *(f"{found[engine, shape, size].median:.2f}" for engine, shape in kinds))
        for size in sorted({cost.activities for cost in costs})
    ]
    return table(("ms an activity, in a workflow of", *(f"{e}, {words[s]}" for e, s in kinds)), rows)


def store(points: Sequence[StorePoint]) -> str:
    """Throughput with finished instances in the store, beside that of an engine that was started empty."""
    head = ("finished instances", "workflows/s", "started empty", "ratio")
    rows = [
        (f"{p.finished:,}", f"{p.per_s.median:.0f}", f"{p.empty_per_s.median:.0f}", _spread(p.kept)) for p in points
    ]
    return table(head, rows)


def sizes(points: Sequence[StorePoint]) -> str:
    """Files and memory, by finished instances in the store."""
    names = list(dict.fromkeys(name for point in points for name in point.sizes_mib))
    rows = [(name, *(f"{p.sizes_mib.get(name, 0):.0f}" for p in points)) for name in names]
    return table(("MiB, with finished instances", *(f"{p.finished:,}" for p in points)), rows)


def store_cost(points: Sequence[StorePoint]) -> str:
    """Processor time of each process with the fullest store, and with an empty one."""
    fullest = points[-1]
    names = list(fullest.cpu_ms)
    rows = [
        (f"{fullest.finished:,} finished", *(f"{fullest.cpu_ms[name]:.2f}" for name in names)),
        ("started empty", *(f"{fullest.empty_cpu_ms[name]:.2f}" for name in names)),
    ]
    return table(("CPU ms a workflow", *names), rows)


def footprint(costs: Sequence[ProcessCost]) -> str:
    """Memory and idle processor time."""
    rows = [(c.process, f"{c.rss_mib:.0f}", f"{c.idle_cpu_percent:.1f}") for c in costs]
    total = ("all", f"{sum(c.rss_mib for c in costs):.0f}", f"{sum(c.idle_cpu_percent for c in costs):.1f}")
    return table(("process", "resident MiB", "idle, % of one core"), [*rows, total])


def _milliseconds(rounds: Sequence[Measured], name: str) -> str:
    values = [r.cpu_ms[name] for r in rounds if name in r.cpu_ms]
    return f"{_median(values):.2f}" if values else ""


def _median(values: Iterable[float]) -> float:
    found = list(values)
    return Spread.of(found).median if found else 0.0


def _spread(spread: Spread, unit: str = "") -> str:
    return f"{spread.median:.2f}{unit} ({spread.low:.2f} to {spread.high:.2f})"
