"""What the project promised, and whether a run kept it."""

from dataclasses import dataclass
from typing import Final, Literal

from benchmarks.figures import Spread, differences, pairwise
from benchmarks.results import Comparison, Results


@dataclass(frozen=True, slots=True)
class Target:
    """A promise.

    Attributes:
        what: In words.
        bound: The number.
        side: Whether the number is the least or the most that is allowed.
        unit: Of the number; empty for a ratio.
    """

    what: str
    bound: float
    side: Literal["at least", "at most"]
    unit: str = ""


API_THROUGHPUT: Final = Target("our API against the bare SDK, throughput", 0.8, "at least")
API_LATENCY: Final = Target("our API against the bare SDK, added median latency", 8, "at most", " ms")
TWO_REQUESTS_THROUGHPUT: Final = Target("the same, waiting by a second request, throughput", 0.8, "at least")
TWO_REQUESTS_LATENCY: Final = Target("the same, waiting by a second request, latency", 8, "at most", " ms")
ENGINE_THROUGHPUT: Final = Target("embedded engine against bare Dapr on Redis, throughput", 1.7, "at least")
ENGINE_LATENCY: Final = Target("embedded engine against bare Dapr on Redis, median latency", 0.45, "at most")
SDK_WORKER_THROUGHPUT: Final = Target("the same, the SDK's worker on both, throughput", 1.7, "at least")
SDK_WORKER_LATENCY: Final = Target("the same, the SDK's worker on both, median latency", 0.45, "at most")
STORE_LOSS: Final = Target("embedded engine, throughput kept with the fullest store", 0.9, "at least")


@dataclass(frozen=True, slots=True)
class Verdict:
    """A promise and what was measured."""

    target: Target
    measured: Spread

    @property
    def met(self) -> bool:
        """Whether the median keeps the promise."""
        median, bound = self.measured.median, self.target.bound
        return median >= bound if self.target.side == "at least" else median <= bound


def verdicts(results: Results) -> list[Verdict]:
    """A verdict on each promise that the run measured."""
    found: list[Verdict] = []
    promised = (
        (results.api, API_THROUGHPUT, API_LATENCY, differences),
        (results.api_two_requests, TWO_REQUESTS_THROUGHPUT, TWO_REQUESTS_LATENCY, differences),
        (results.engines, ENGINE_THROUGHPUT, ENGINE_LATENCY, pairwise),
        (results.engines_sdk_worker, SDK_WORKER_THROUGHPUT, SDK_WORKER_LATENCY, pairwise),
    )
    for comparison, throughput, latency, compared in promised:
        if comparison:
            found.append(Verdict(throughput, throughput_ratio(comparison)))
            found.append(Verdict(latency, compared(*latencies(comparison))))
    fullest = max((p for p in results.store if p.engine == "embedded"), key=lambda p: p.finished, default=None)
    if fullest:
        found.append(Verdict(STORE_LOSS, fullest.kept))
    return found


def throughput_ratio(comparison: Comparison) -> Spread:
    """Throughput of the left side in units of the right."""
    return pairwise([r.per_s for r in comparison.left_rounds], [r.per_s for r in comparison.right_rounds])


def latencies(comparison: Comparison) -> tuple[list[float], list[float]]:
    """Median latencies of both sides, one workflow after the other, round by round."""
    left = [r.p50_ms for r in comparison.left_rounds if r.p50_ms is not None]
    right = [r.p50_ms for r in comparison.right_rounds if r.p50_ms is not None]
    return left, right
