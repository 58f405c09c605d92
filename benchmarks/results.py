"""What a run found out, as it is written to the results file and read back for the document."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from benchmarks.figures import Spread

EngineName = Literal["embedded", "dapr"]


class Part(BaseModel):
    """The base of all parts of a result."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Measured(Part):
    """One round of one side.

    Attributes:
        per_s: Workflows per second, 32 in flight.
        loaded_p50_ms: Median latency meanwhile.
        loaded_p99_ms: What one in a hundred exceeds meanwhile.
        p50_ms: Median latency one after the other; None where it was not measured.
        p99_ms: What one in a hundred exceeds, one after the other.
        cpu_ms: Processor time of each process for one workflow, 32 in flight.
        others_percent: How much of the machine had other work meanwhile; the round is worth little where it is much.
    """

    per_s: float
    loaded_p50_ms: float
    loaded_p99_ms: float
    p50_ms: float | None
    p99_ms: float | None
    cpu_ms: dict[str, float]
    others_percent: float


class Comparison(Part):
    """Two sides, measured in turn; the rounds stand in the same order in both lists."""

    left: str
    right: str
    left_rounds: list[Measured]
    right_rounds: list[Measured]


class ActivityCost(Part):
    """What an activity costs in a workflow of so many."""

    engine: EngineName
    shape: Literal["sequence", "fan_out"]
    activities: int
    ms_per_activity: Spread


class StorePoint(Part):
    """How an engine with so many finished instances does beside an empty one.

    Attributes:
        per_s: Workflows per second with the instances in the store.
        empty_per_s: The same on an engine that was started empty.
        kept: The ratio of the two, round by round.
        sizes_mib: Files and resident memory with the instances in the store.
        cpu_ms: Processor time of each process for one workflow with the instances in the store.
        empty_cpu_ms: The same on the empty engine.
    """

    engine: EngineName
    finished: int
    per_s: Spread
    empty_per_s: Spread
    kept: Spread
    sizes_mib: dict[str, float]
    cpu_ms: dict[str, float]
    empty_cpu_ms: dict[str, float]


class ProcessCost(Part):
    """One process that has worked and now rests."""

    process: str
    rss_mib: float
    idle_cpu_percent: float


class Machine(Part):
    """What it ran on, without names."""

    cores: int
    memory_gib: float
    processor: str
    system: str
    python: str
    dapr_sdk: str
    daprd: str | None
    redis: str | None
    sqlite: str


class Results(Part):
    """One run; parts that were not asked for, or not possible, are empty.

    Attributes:
        api: With start and wait in one request.
        api_two_requests: With one request that starts and one that waits.
        engines: With our own worker on the embedded engine.
        engines_sdk_worker: With the bare SDK's worker on both.
        incidents: Rounds that were measured again because a workflow got stuck in them, by side.
    """

    command: str
    begun: datetime
    took_s: float
    machine: Machine
    api: Comparison | None = None
    api_two_requests: Comparison | None = None
    engines: Comparison | None = None
    engines_sdk_worker: Comparison | None = None
    activities: list[ActivityCost] = []
    store: list[StorePoint] = []
    footprint: dict[EngineName, list[ProcessCost]] = {}
    incidents: list[str] = []
