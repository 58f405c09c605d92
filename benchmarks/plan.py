"""How much one run measures."""

from dataclasses import dataclass
from typing import Final

from benchmarks.measuring import Loads


@dataclass(frozen=True, slots=True)
class Plan:
    """Counts; the times that they take are those of a machine with two cores.

    Attributes:
        rounds: How often both sides of a comparison are measured.
        loads: What one measurement runs.
        activities: Sizes of workflow for the first curve.
        activity_budget: Activities to be run at each size, over all repetitions.
        finished: Finished instances in the store for the second curve.
        store_rounds: How often a store is measured beside an empty one, at each of its sizes.
        store_load: Workflows in each of those rounds.
        idle_s: Seconds that idle processes are watched for.
    """

    rounds: int
    loads: Loads
    activities: tuple[int, ...]
    activity_budget: int
    finished: tuple[int, ...]
    store_rounds: int
    store_load: int
    idle_s: float

    def repetitions(self, activities: int) -> int:
        """How often a workflow of that size is run."""
        return min(5, max(2, self.activity_budget // activities))


FULL: Final = Plan(
    rounds=5,
    loads=Loads(in_flight=400, sequential=100),
    activities=(10, 30, 100, 300, 1_000),
    activity_budget=1_000,
    finished=(0, 1_000, 3_000, 10_000),
    store_rounds=4,
    store_load=250,
    idle_s=10,
)
"""Less than twelve minutes."""

QUICK: Final = Plan(
    rounds=2,
    loads=Loads(in_flight=150, sequential=30),
    activities=(10, 100),
    activity_budget=100,
    finished=(0, 500),
    store_rounds=2,
    store_load=100,
    idle_s=3,
)
"""Less than two minutes: whether everything works, and roughly where the numbers are."""
