"""What a run of `benchmarks.listing` found out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self

from benchmarks.figures import percentile
from benchmarks.results import Machine, Part


class Asked(Part):
    """One question at one size, in milliseconds."""

    engine: str
    question: str
    size: int
    p50_ms: float
    p90_ms: float

    @classmethod
    def of(cls, engine: str, question: str, size: int, times_ms: Sequence[float]) -> Self:
        """The figures of at least one time."""
        p50, p90 = percentile(times_ms, 50), percentile(times_ms, 90)
        return cls(engine=engine, question=question, size=size, p50_ms=p50, p90_ms=p90)


class Memory(Part):
    """What a worker with so many instances in its index takes."""

    engine: str
    size: int
    rss_mib: float


class Listing(Part):
    """One run.

    Attributes:
        most: How many times the median of the smallest size the median of the largest may be.
    """

    begun: datetime
    rounds: int
    machine: Machine
    asked: list[Asked]
    memory: list[Memory]
    most: float = 2.0

    def median(self, engine: str, question: str, size: int) -> float:
        """The median of a question at a size."""
        return next(a.p50_ms for a in self.asked if (a.engine, a.question, a.size) == (engine, question, size))

    def ratios(self) -> dict[tuple[str, str], float]:
        """The median at the largest size in units of that at the smallest, by engine and question."""
        sizes = [each.size for each in self.asked]
        return {
            (each.engine, each.question): self.median(each.engine, each.question, max(sizes)) / each.p50_ms
            for each in self.asked
            if each.size == min(sizes)
        }
