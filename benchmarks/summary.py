"""The results in a few lines, for the terminal."""

from collections.abc import Sequence

from benchmarks.results import Measured, Results
from benchmarks.targets import Verdict, verdicts


def summary(results: Results) -> str:
    """One line for each thing that was measured, the promises first."""
    lines = [line_of(verdict) for verdict in verdicts(results)]
    measured = {
        side: rounds
        for c in (results.api, results.api_two_requests, results.engines, results.engines_sdk_worker)
        if c
        for side, rounds in ((c.left, c.left_rounds), (c.right, c.right_rounds))
    }
    lines += [_side(name, rounds) for name, rounds in measured.items()]
    lines += [
        f"{c.engine}, {c.shape} of {c.activities}: {c.ms_per_activity.median:.2f} ms an activity"
        for c in results.activities
    ]
    lines += [f"{p.engine}, {p.finished} finished: {p.kept.median:.2f} of an empty store" for p in results.store]
    for engine, costs in results.footprint.items():
        lines += [f"{engine}, {c.process}: {c.rss_mib:.0f} MiB, {c.idle_cpu_percent:.1f} % idle" for c in costs]
    return "\n".join(lines)


def line_of(verdict: Verdict) -> str:
    """One promise, as a sentence."""
    target, measured = verdict.target, verdict.measured
    number = f"{measured.median:.2f}{target.unit} ({measured.low:.2f} to {measured.high:.2f})"
    kept = "met   " if verdict.met else "MISSED"
    return f"{kept} {target.what}: {number}, {target.side} {target.bound:g}{target.unit}"


def _side(name: str, rounds: Sequence[Measured]) -> str:
    alone = [r.p50_ms for r in rounds if r.p50_ms is not None]
    return (
        f"{name}: {', '.join(f'{r.per_s:.0f}' for r in rounds)} workflows/s; "
        f"{', '.join(f'{p50:.1f}' for p50 in alone)} ms alone"
    )
