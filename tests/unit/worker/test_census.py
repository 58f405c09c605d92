"""The census with a real index, and instances by hand: a real engine cannot be told to fail at the third read."""

import asyncio
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from durably.contracts.errors import EngineTimeoutError, InstanceNotFoundError
from durably.contracts.instances import InstanceStatus, InstanceView
from durably.contracts.listing import InstanceQuery
from durably.contracts.observations import TurnReport
from durably.telemetry.metrics import WorkflowMetrics
from tests.harness.waiting import true, until
from tests.unit.worker.shared_store import Join
from worker.census import Census
from worker.index.index import InstanceIndex

_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_PAGE = 10


class FakeInstances:
    """Instances by id; counts the reads, and how many of them go on at once."""

    def __init__(self) -> None:
        self.there: dict[str, tuple[str, InstanceStatus]] = {}
        self.listed_only: set[str] = set()
        self.reads: list[str] = []
        self.full_reads: list[str] = []
        self.lists = 0
        self.at_once = 0
        self.most_at_once = 0
        self.broken = False
        self.quiet_since: dict[str, datetime] = {}

    async def list_ids(self, *, cursor: str | None = None) -> tuple[tuple[str, ...], str | None]:
        """A page of ids."""
        self.lists += 1
        ids, begin = sorted(self.there.keys() | self.listed_only), int(cursor or 0)
        end = begin + _PAGE
        return tuple(ids[begin:end]), str(end) if end < len(ids) else None

    async def get(self, instance_id: str, *, payloads: bool = True) -> InstanceView:
        """An instance; payloads cost more."""
        (self.full_reads if payloads else self.reads).append(instance_id)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if self.broken:
            raise EngineTimeoutError("stuck")
        if instance_id not in self.there:
            raise InstanceNotFoundError("gone", instance_id=instance_id)
        workflow, status = self.there[instance_id]
        updated = self.quiet_since.get(instance_id, _NOW)
        return InstanceView(
            instance_id=instance_id, workflow=workflow, status=status, created_at=_NOW, updated_at=updated
        )


@pytest.fixture
def store() -> FakeInstances:
    return FakeInstances()


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest_asyncio.fixture
async def index(joined: Join) -> InstanceIndex:
    return await joined()


@pytest.fixture
def census(store: FakeInstances, index: InstanceIndex, registry: CollectorRegistry) -> Census:
    return _census(store, index, registry, interval_s=0.01)


def _census(store: FakeInstances, index: InstanceIndex, registry: CollectorRegistry, *, interval_s: float) -> Census:
    return Census(
        store,
        index=index,
        metrics=WorkflowMetrics(registry),
        workflows=frozenset({"pipeline"}),
        interval_s=interval_s,
        stuck_after_s=900,
        clock=lambda: _NOW,
    )


def _shown(registry: CollectorRegistry, status: InstanceStatus, workflow: str = "pipeline") -> float | None:
    return registry.get_sample_value("durably_instances", {"workflow": workflow, "status": status.value})


def _stuck(registry: CollectorRegistry) -> float | None:
    return registry.get_sample_value("durably_instances_stuck", {"workflow": "pipeline"})


def _reachable(registry: CollectorRegistry) -> float | None:
    return registry.get_sample_value("durably_store_reachable")


async def test_instances_are_counted_by_workflow_and_status_over_all_pages(
    census: Census, store: FakeInstances, registry: CollectorRegistry
) -> None:
    store.there = {f"r{i}": ("pipeline", InstanceStatus.RUNNING) for i in range(25)}
    store.there |= {f"c{i}": ("pipeline", InstanceStatus.COMPLETED) for i in range(13)}

    await census.count()

    assert _shown(registry, InstanceStatus.RUNNING) == 25
    assert _shown(registry, InstanceStatus.COMPLETED) == 13


async def test_an_ended_instance_is_read_once_and_a_running_one_each_time(census: Census, store: FakeInstances) -> None:
    store.there = {"r": ("pipeline", InstanceStatus.RUNNING), "c": ("pipeline", InstanceStatus.COMPLETED)}

    for _ in range(3):
        await census.count()

    assert (store.reads.count("r"), store.reads.count("c")) == (3, 1)
    assert sorted(store.full_reads) == ["c", "r"]


async def test_an_instance_that_ended_on_this_worker_is_counted_and_never_read(
    census: Census, store: FakeInstances, index: InstanceIndex, registry: CollectorRegistry
) -> None:
    store.there = {"c": ("pipeline", InstanceStatus.COMPLETED)}
    index.note(TurnReport("c", "pipeline", InstanceStatus.COMPLETED, begun_at=_NOW, at=_NOW))

    await census.count()

    assert store.reads == []
    assert _shown(registry, InstanceStatus.COMPLETED) == 1


async def test_what_a_killed_worker_did_not_tell_is_found(
    census: Census, store: FakeInstances, index: InstanceIndex
) -> None:
    store.there = {"new": ("pipeline", InstanceStatus.RUNNING), "ended": ("pipeline", InstanceStatus.COMPLETED)}
    index.note(TurnReport("ended", "pipeline", InstanceStatus.RUNNING, begun_at=_NOW, at=_NOW))

    await census.count()

    page = await index.page(InstanceQuery())
    assert {each.instance_id: each.status for each in page.instances} == {"new": "running", "ended": "completed"}


async def test_what_the_engine_does_not_have_any_more_is_dropped(
    census: Census, store: FakeInstances, index: InstanceIndex
) -> None:
    for instance_id in ("there", "purged"):
        index.note(TurnReport(instance_id, "pipeline", InstanceStatus.COMPLETED, begun_at=_NOW, at=_NOW))
    store.there = {"there": ("pipeline", InstanceStatus.COMPLETED)}

    await census.count()

    assert [each.instance_id for each in (await index.page(InstanceQuery())).instances] == ["there"]


async def test_a_whole_comparison_finds_what_the_index_takes_for_ended(
    census: Census, store: FakeInstances, index: InstanceIndex
) -> None:
    index.note(TurnReport("a", "pipeline", InstanceStatus.COMPLETED, begun_at=_NOW, at=_NOW))
    store.there = {"a": ("pipeline", InstanceStatus.RUNNING)}

    assert await census.count(everything=True) == 1

    assert [each.status for each in (await index.page(InstanceQuery())).instances] == [InstanceStatus.RUNNING]


async def test_a_number_goes_down_when_its_instances_end_or_vanish(
    census: Census, store: FakeInstances, registry: CollectorRegistry
) -> None:
    store.there = {"a": ("pipeline", InstanceStatus.RUNNING), "b": ("pipeline", InstanceStatus.FAILED)}
    await census.count()

    store.there = {"a": ("pipeline", InstanceStatus.COMPLETED)}
    await census.count()

    assert _shown(registry, InstanceStatus.RUNNING) == 0
    assert _shown(registry, InstanceStatus.FAILED) == 0
    assert _shown(registry, InstanceStatus.COMPLETED) == 1


async def test_an_id_that_vanished_is_read_again_when_it_comes_back(
    census: Census, store: FakeInstances, index: InstanceIndex
) -> None:
    store.there = {"a": ("pipeline", InstanceStatus.COMPLETED)}
    await census.count()
    store.there = {}
    await census.count()
    store.there = {"a": ("pipeline", InstanceStatus.RUNNING)}
    await census.count()

    assert store.reads == ["a", "a", "a"]
    assert index.by_kind() == {("pipeline", "running"): 1}


async def test_an_instance_that_goes_between_listing_and_reading_is_left_out(
    census: Census, store: FakeInstances, registry: CollectorRegistry
) -> None:
    store.there, store.listed_only = {"a": ("pipeline", InstanceStatus.RUNNING)}, {"ghost"}

    await census.count()

    assert _shown(registry, InstanceStatus.RUNNING) == 1


async def test_a_workflow_that_nobody_registered_makes_no_label(
    census: Census, store: FakeInstances, registry: CollectorRegistry
) -> None:
    store.there = {"a": ("typed-by-a-stranger", InstanceStatus.FAILED)}

    await census.count()

    assert _shown(registry, InstanceStatus.FAILED, "other") == 1


async def test_an_instance_in_which_nothing_has_happened_for_long_counts_as_stuck(
    census: Census, store: FakeInstances, registry: CollectorRegistry
) -> None:
    store.there = dict.fromkeys(("moves", "slow", "stuck"), ("pipeline", InstanceStatus.RUNNING))
    store.quiet_since = {"slow": _NOW - timedelta(seconds=899), "stuck": _NOW - timedelta(seconds=1_200)}

    await census.count()

    assert _stuck(registry) == 1
    assert registry.get_sample_value("durably_instance_idle_seconds", {"workflow": "pipeline"}) == 1_200


@pytest.mark.parametrize("status", [InstanceStatus.PENDING, InstanceStatus.STALLED])
async def test_an_instance_that_never_began_or_has_stalled_counts_as_stuck(
    census: Census, store: FakeInstances, registry: CollectorRegistry, status: InstanceStatus
) -> None:
    store.there, store.quiet_since = {"a": ("pipeline", status)}, {"a": _NOW - timedelta(hours=1)}

    await census.count()

    assert _stuck(registry) == 1


@pytest.mark.parametrize("status", [InstanceStatus.SUSPENDED, InstanceStatus.COMPLETED, InstanceStatus.FAILED])
async def test_an_instance_that_was_paused_or_has_ended_is_never_stuck(
    census: Census, store: FakeInstances, registry: CollectorRegistry, status: InstanceStatus
) -> None:
    store.there, store.quiet_since = {"a": ("pipeline", status)}, {"a": _NOW - timedelta(hours=1)}

    await census.count()

    assert _stuck(registry) == 0


async def test_an_instance_that_goes_on_is_stuck_no_longer(
    census: Census, store: FakeInstances, registry: CollectorRegistry
) -> None:
    store.there = {"a": ("pipeline", InstanceStatus.RUNNING)}
    store.quiet_since = {"a": _NOW - timedelta(hours=1)}
    await census.count()

    store.quiet_since = {}
    await census.count()

    assert _stuck(registry) == 0


async def test_the_time_of_an_instance_ahead_of_our_clock_is_no_time(
    census: Census, store: FakeInstances, registry: CollectorRegistry
) -> None:
    store.there = {"a": ("pipeline", InstanceStatus.RUNNING)}
    store.quiet_since = {"a": _NOW + timedelta(seconds=2)}

    await census.count()

    assert registry.get_sample_value("durably_instance_idle_seconds", {"workflow": "pipeline"}) == 0


async def test_reads_go_on_eight_at_a_time(census: Census, store: FakeInstances) -> None:
    store.there = {f"r{i}": ("pipeline", InstanceStatus.RUNNING) for i in range(_PAGE)}

    await census.count()

    assert store.most_at_once == 8


async def test_an_engine_that_is_stuck_is_not_asked_for_every_instance(census: Census, store: FakeInstances) -> None:
    store.there = {f"r{i}": ("pipeline", InstanceStatus.RUNNING) for i in range(_PAGE)}
    store.broken = True

    with pytest.raises(EngineTimeoutError):
        await census.count()

    assert len(store.reads) == 8
    assert store.full_reads == []


async def test_after_an_outage_the_numbers_are_right_again(
    census: Census, store: FakeInstances, registry: CollectorRegistry
) -> None:
    store.there, store.broken = {"a": ("pipeline", InstanceStatus.RUNNING)}, True
    running = asyncio.create_task(census.run())
    await until(true(lambda: store.lists >= 2), what="it has tried twice")
    assert _reachable(registry) == 0

    store.broken = False

    await until(true(lambda: _shown(registry, InstanceStatus.RUNNING) == 1), what="it has counted")
    await until(true(lambda: _reachable(registry) == 1), what="it has told that the store is back")
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_an_interval_of_zero_is_never_and_says_nothing_against_the_store(
    store: FakeInstances, index: InstanceIndex, registry: CollectorRegistry
) -> None:
    census = _census(store, index, registry, interval_s=0)

    await census.run()

    assert store.lists == 0
    assert _reachable(registry) == 1
