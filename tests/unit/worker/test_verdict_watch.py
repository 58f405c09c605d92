"""The count by verdict, with a real index and a diagnoser by hand: it says what it was asked, and fails on demand."""

from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from durably.contracts.diagnosis import Diagnosis, Verdict
from durably.contracts.errors import EngineTimeoutError, InstanceNotFoundError
from durably.contracts.instances import InstanceStatus
from durably.contracts.observations import TurnReport
from durably.telemetry.metrics import WorkflowMetrics
from tests.unit.worker.shared_store import Join
from worker.diagnosis.watch import VerdictWatch
from worker.index.index import InstanceIndex

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


class _Outages:
    def __init__(self) -> None:
        self.away = Verdict.STATE_STORE_UNREACHABLE

    async def verdict(self) -> tuple[Verdict, str]:
        return self.away, ""


class FakeDiagnoser:
    """Gives each instance the verdict that it was told; remembers which it was asked for."""

    def __init__(self) -> None:
        self.verdicts: dict[str, Verdict] = {}
        self.asked: list[str] = []
        self.broken = False
        self.outages = _Outages()

    async def alone(self, instance_id: str) -> Diagnosis:
        """See `worker.diagnosis.gathering.Diagnoser`."""
        self.asked.append(instance_id)
        if self.broken:
            raise EngineTimeoutError("stuck")
        if instance_id not in self.verdicts:
            raise InstanceNotFoundError("gone")
        verdict = self.verdicts[instance_id]
        return Diagnosis(instance_id=instance_id, verdict=verdict, healthy=verdict.is_healthy, summary="", at=_NOW)


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def diagnoser() -> FakeDiagnoser:
    return FakeDiagnoser()


@pytest_asyncio.fixture
async def index(joined: Join) -> InstanceIndex:
    return await joined()


@pytest.fixture
def watch(index: InstanceIndex, diagnoser: FakeDiagnoser, registry: CollectorRegistry) -> VerdictWatch:
    return VerdictWatch(
        index,
        diagnoser,  # type: ignore[arg-type] # the two methods that it has are those that are called
        metrics=WorkflowMetrics(registry),
        workflows=frozenset({"pipeline"}),
        interval_s=1,
        quiet_s=30,
        clock=lambda: _NOW,
    )


def _is(index: InstanceIndex, instance_id: str, status: InstanceStatus, *, quiet_s: float = 0) -> None:
    moved = _NOW - timedelta(seconds=quiet_s)
    index.note(TurnReport(instance_id=instance_id, workflow="pipeline", status=status, begun_at=moved, at=moved))


def _shown(registry: CollectorRegistry, verdict: Verdict) -> float | None:
    labels = {"workflow": "pipeline", "verdict": verdict.value}
    return registry.get_sample_value("durably_instances_by_verdict", labels)


async def test_what_has_ended_is_paused_or_has_just_moved_costs_no_look(
    watch: VerdictWatch, index: InstanceIndex, diagnoser: FakeDiagnoser, registry: CollectorRegistry
) -> None:
    for number, status in enumerate(set(InstanceStatus) - {InstanceStatus.STALLED}):
        _is(index, f"i-{number}", status)

    await watch.look()

    assert diagnoser.asked == []
    shown = {each: _shown(registry, each) for each in (Verdict.FINISHED, Verdict.FAILED, Verdict.PAUSED)}
    assert shown == {Verdict.FINISHED: 2, Verdict.FAILED: 1, Verdict.PAUSED: 1}
    assert _shown(registry, Verdict.ON_ITS_WAY) == 2


async def test_what_is_stalled_or_quiet_is_looked_at_and_counted_until_it_is_well(
    watch: VerdictWatch, index: InstanceIndex, diagnoser: FakeDiagnoser, registry: CollectorRegistry
) -> None:
    _is(index, "stalled", InstanceStatus.STALLED)
    _is(index, "quiet", InstanceStatus.RUNNING, quiet_s=31)
    diagnoser.verdicts = {"stalled": Verdict.NON_DETERMINISTIC, "quiet": Verdict.DISPATCH_LOST}

    await watch.look()

    assert sorted(diagnoser.asked) == ["quiet", "stalled"]
    assert (_shown(registry, Verdict.NON_DETERMINISTIC), _shown(registry, Verdict.DISPATCH_LOST)) == (1, 1)
    _is(index, "quiet", InstanceStatus.RUNNING)
    await watch.look()
    assert _shown(registry, Verdict.DISPATCH_LOST) == 1, "an engine that tries again moves it, and it does not go on"
    diagnoser.verdicts["quiet"] = Verdict.ON_ITS_WAY
    await watch.look()
    assert _shown(registry, Verdict.DISPATCH_LOST) == 0
    assert _shown(registry, Verdict.ON_ITS_WAY) == 1


async def test_a_wait_is_not_looked_at_again_and_everything_else_is(
    watch: VerdictWatch, index: InstanceIndex, diagnoser: FakeDiagnoser
) -> None:
    diagnoser.verdicts = {"waits": Verdict.WAITING_FOR_EVENT, "runs": Verdict.ACTIVITY_RUNNING}
    for each in diagnoser.verdicts:
        _is(index, each, InstanceStatus.RUNNING, quiet_s=31)

    for _ in range(3):
        await watch.look()

    assert (diagnoser.asked.count("waits"), diagnoser.asked.count("runs")) == (1, 3)


async def test_one_round_looks_at_five_hundred_and_the_next_at_the_others(
    watch: VerdictWatch, index: InstanceIndex, diagnoser: FakeDiagnoser
) -> None:
    diagnoser.verdicts = {f"i-{number}": Verdict.ACTIVITY_RUNNING for number in range(600)}
    for each in diagnoser.verdicts:
        _is(index, each, InstanceStatus.RUNNING, quiet_s=31)

    await watch.look()
    assert len(diagnoser.asked) == 500
    await watch.look()

    assert set(diagnoser.asked) == diagnoser.verdicts.keys()


@pytest.mark.parametrize(("away", "shown"), [(Verdict.STATE_STORE_UNREACHABLE, 1), (Verdict.ON_ITS_WAY, None)])
async def test_what_cannot_be_read_counts_under_what_is_away_unless_that_is_only_slow(
    watch: VerdictWatch,
    index: InstanceIndex,
    diagnoser: FakeDiagnoser,
    registry: CollectorRegistry,
    away: Verdict,
    shown: float | None,
) -> None:
    _is(index, "quiet", InstanceStatus.RUNNING, quiet_s=31)
    diagnoser.broken, diagnoser.outages.away = True, away

    await watch.look()

    assert _shown(registry, Verdict.STATE_STORE_UNREACHABLE) == shown


async def test_what_is_gone_from_the_engine_stops_nothing(
    watch: VerdictWatch, index: InstanceIndex, diagnoser: FakeDiagnoser, registry: CollectorRegistry
) -> None:
    for each in ("gone", "lost"):
        _is(index, each, InstanceStatus.RUNNING, quiet_s=31)
    diagnoser.verdicts = {"lost": Verdict.DISPATCH_LOST}

    await watch.look()

    assert _shown(registry, Verdict.DISPATCH_LOST) == 1


async def test_two_workers_divide_the_instances_among_themselves(joined: Join, diagnoser: FakeDiagnoser) -> None:
    one, two = await joined(), await joined()
    ids = [f"i-{number}" for number in range(40)]
    diagnoser.verdicts = dict.fromkeys(ids, Verdict.DISPATCH_LOST)
    for each in ids:
        _is(one, each, InstanceStatus.RUNNING, quiet_s=31)
    await one.exchange.flush()
    await two.refresh()
    await one.refresh()
    shares = [CollectorRegistry(), CollectorRegistry()]
    for index, registry in zip((one, two), shares, strict=True):
        await VerdictWatch(
            index,
            diagnoser,  # type: ignore[arg-type] # as above
            metrics=WorkflowMetrics(registry),
            workflows=frozenset({"pipeline"}),
            interval_s=1,
            quiet_s=30,
            clock=lambda: _NOW,
        ).look()

    counted = [_shown(registry, Verdict.DISPATCH_LOST) or 0 for registry in shares]
    assert sum(counted) == len(ids)
    assert all(counted)
