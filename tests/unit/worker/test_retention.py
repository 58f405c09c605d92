"""Retention over a real index, and an engine that is told what it may forget."""

from datetime import UTC, datetime, timedelta

import pytest

from durably.contracts.errors import EngineTimeoutError, InstanceEndedError, InstanceNotFoundError
from durably.contracts.instances import InstanceStatus
from durably.contracts.observations import TurnReport
from tests.unit.worker.shared_store import Workers
from worker.index.index import InstanceIndex
from worker.retention import Retention

_NOW = datetime(2026, 1, 31, tzinfo=UTC)
_DAY_S = 86_400


class Purged:
    """What was asked to be purged, in turn; refuses what it is told to."""

    def __init__(self) -> None:
        self.ids: list[str] = []
        self.errors: dict[str, Exception] = {}

    async def purge(self, instance_id: str, *, recursive: bool = True) -> None:
        """Purge, or refuse."""
        assert recursive
        self.ids.append(instance_id)
        if instance_id in self.errors:
            raise self.errors[instance_id]


@pytest.fixture
async def index(workers: Workers) -> InstanceIndex:
    return await workers.join()


@pytest.fixture
def engine() -> Purged:
    return Purged()


@pytest.fixture
def counted() -> list[int]:
    return []


@pytest.fixture
def retention(engine: Purged, index: InstanceIndex, counted: list[int]) -> Retention:
    return Retention(
        engine, index=index, keep_s=30 * _DAY_S, interval_s=60, on_purged=counted.append, clock=lambda: _NOW
    )


def _ended(
    index: InstanceIndex, instance_id: str, *, days: int, status: InstanceStatus = InstanceStatus.FAILED
) -> None:
    at = _NOW - timedelta(days=days)
    index.note(TurnReport(instance_id, "tasks", status, begun_at=at, at=at))


async def test_what_ended_long_ago_is_purged_the_oldest_first_and_nothing_else(
    retention: Retention, index: InstanceIndex, engine: Purged, counted: list[int]
) -> None:
    for days in (1, 29, 31, 90, 60):
        _ended(index, f"ended-{days}", days=days)
    for status in (InstanceStatus.RUNNING, InstanceStatus.SUSPENDED, InstanceStatus.STALLED, InstanceStatus.PENDING):
        _ended(index, status.value, days=400, status=status)

    assert await retention.purge_batch() == 3

    assert engine.ids == ["ended-90", "ended-60", "ended-31"]
    assert counted == [3]
    assert len(index.ids()) == 6
    assert await retention.purge_batch() == 0


async def test_children_go_with_their_parents_and_not_before(
    retention: Retention, index: InstanceIndex, engine: Purged, counted: list[int]
) -> None:
    _ended(index, "young", days=1)
    _ended(index, "young:0000", days=40)
    _ended(index, "busy", days=40)
    _ended(index, "busy:0000", days=40, status=InstanceStatus.RUNNING)
    _ended(index, "old", days=40)
    _ended(index, "old:0000", days=41)

    await retention.purge_batch()

    assert engine.ids == ["old"]
    assert counted == [2]
    assert set(index.ids()) == {"young", "young:0000", "busy", "busy:0000"}


async def test_what_another_worker_has_purged_is_dropped_and_not_counted(
    retention: Retention, index: InstanceIndex, engine: Purged, counted: list[int]
) -> None:
    _ended(index, "a", days=31)
    engine.errors["a"] = InstanceNotFoundError("gone", instance_id="a")

    assert await retention.purge_batch() == 0

    assert index.ids() == ()
    assert counted == []


async def test_what_has_not_ended_after_all_stays_and_holds_nothing_up(
    retention: Retention, index: InstanceIndex, engine: Purged
) -> None:
    _ended(index, "a", days=40)
    _ended(index, "b", days=31)
    engine.errors["a"] = InstanceEndedError("it is running", instance_id="a")

    await retention.purge_batch()
    await retention.purge_batch()

    assert engine.ids == ["a", "b"]
    assert index.ids() == ("a",)


async def test_an_engine_that_is_away_is_not_asked_for_the_rest(
    retention: Retention, index: InstanceIndex, engine: Purged
) -> None:
    _ended(index, "a", days=40)
    _ended(index, "b", days=31)
    engine.errors["a"] = EngineTimeoutError("stuck")

    with pytest.raises(EngineTimeoutError):
        await retention.purge_batch()

    assert engine.ids == ["a"]
    assert len(index.ids()) == 2


async def test_workers_divide_what_is_due_among_themselves(workers: Workers) -> None:
    engine, indexes = Purged(), [await workers.join() for _ in range(3)]
    for number in range(40):
        _ended(indexes[0], f"i{number}", days=40)
    await indexes[0].exchange.flush()
    for index in indexes:
        await index.refresh()

    for index in indexes:
        retention = Retention(
            engine, index=index, keep_s=_DAY_S, interval_s=60, on_purged=lambda _: None, clock=lambda: _NOW
        )
        await retention.purge_batch()

    assert sorted(engine.ids) == sorted(f"i{number}" for number in range(40))


async def test_keeping_for_ever_ends_at_once(engine: Purged, index: InstanceIndex) -> None:
    _ended(index, "a", days=4_000)

    await Retention(engine, index=index, keep_s=0, interval_s=60, on_purged=lambda _: None).run()

    assert engine.ids == []
