"""The journals of several workers over one state store, which run activities and are killed."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from durably.authoring.ports import StateStoreError
from durably.contracts.instances import History, HistoryEvent
from durably.contracts.observations import ActivityRun
from tests.harness.waiting import until
from tests.unit.worker.shared_store import STORE, Workers
from worker.adapters.records import Records
from worker.adapters.versions import Change, Versions
from worker.index.index import InstanceIndex
from worker.journal import acts
from worker.journal.acts import with_names
from worker.journal.executions import MANY, Execution, decoded, encoded, merged
from worker.journal.journal import Journal
from worker.journal.showing import with_attempts

_NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
_HOUR_S = 3_600


class Failing(Versions):
    """The store, until it is away."""

    away = False

    async def replace(self, changes: Sequence[Change]) -> bool:
        """Write, or fail."""
        if self.away:
            raise StateStoreError("away")
        return await super().replace(changes)


@pytest.fixture
def clock() -> Callable[[], datetime]:
    """A second later each time, so that the order of things can be told."""
    seconds = count()
    return lambda: _NOON + timedelta(seconds=next(seconds))


@pytest.fixture
async def store(workers: Workers) -> Failing:
    return Failing(workers.sidecar, store=STORE, keep_s=_HOUR_S)


@pytest.fixture
async def one(store: Failing, clock: Callable[[], datetime]) -> Journal:
    return Journal(store, worker="one", flush_s=0, clock=clock)


@pytest.fixture
async def other(workers: Workers, clock: Callable[[], datetime]) -> Journal:
    return Journal(Versions(workers.sidecar, store=STORE), worker="other", flush_s=0, clock=clock)


@pytest.fixture
async def running(one: Journal) -> AsyncIterator[Journal]:
    """The first journal, writing by itself."""
    task = asyncio.create_task(one.run())
    yield one
    task.cancel()


def _run(instance_id: str = "a", task_id: int = 0, attempt: int = 1) -> ActivityRun:
    return ActivityRun(instance_id, "tasks", "work", task_id, f"x-{task_id}", attempt)


def _event(kind: str, event_id: int, **more: object) -> HistoryEvent:
    return HistoryEvent.model_validate({"type": kind, "event_id": event_id, "timestamp": _NOON, **more})


def _history(*ended: HistoryEvent) -> History:
    scheduled = _event("taskScheduled", 0, task_execution_id="x-0")
    return History(instance_id="a", events=(_event("executionStarted", -1), scheduled, *ended))


async def _seen(journal: Journal, instance_id: str = "a") -> list[tuple[str, int, str | None]]:
    return [(each.worker, each.task_id, each.outcome) for each in await journal.executions(instance_id)]


async def test_what_a_worker_writes_the_others_read_and_its_own_is_seen_before(one: Journal, other: Journal) -> None:
    one.notes.started(_run())
    one.notes.ended(_run(), "completed")
    one.notes.started(_run("b"))
    assert (await _seen(one), await _seen(other)) == ([("one", 0, "completed")], [])

    await one.flush()

    assert await _seen(other) == [("one", 0, "completed")]
    assert await _seen(other, "b") == [("one", 0, None)]


async def test_two_workers_that_write_at_once_lose_nothing(one: Journal, other: Journal) -> None:
    for number in range(5):
        for journal in (one, other):
            journal.notes.started(_run(task_id=number))
        while one.notes.waiting or other.notes.waiting or len(await _seen(one)) < 2 * number + 2:
            await asyncio.gather(one.flush(), other.flush())

    assert sorted(await _seen(one)) == [(name, number, None) for name in ("one", "other") for number in range(5)]
    assert await one.executions("a") == await other.executions("a")


async def test_a_worker_that_is_killed_between_two_writes_leaves_an_attempt_without_an_end(
    one: Journal, other: Journal
) -> None:
    one.notes.started(_run())
    await one.flush()
    one.notes.ended(_run(), "completed")  # and nobody hears of it any more
    other.notes.started(_run())
    other.notes.ended(_run(), "completed")

    scheduled = (await other.shown(_history())).events[1]
    assert [(each.worker, each.attempt, each.outcome) for each in scheduled.attempts] == [
        ("one", 1, None),
        ("other", 2, "completed"),
    ]
    completed = _event("taskCompleted", -1, scheduled_id=0)
    _, scheduled, shown = (await other.shown(_history(completed))).events
    assert [(each.worker, each.ended_at) for each in scheduled.attempts] == [("one", None)]
    assert (shown.worker, shown.attempt, shown.started_at) == ("other", 2, _NOON + timedelta(seconds=2))


async def test_a_store_that_is_away_holds_nothing_up_and_gets_everything_when_it_is_back(
    running: Journal, store: Failing, other: Journal
) -> None:
    store.away = True
    running.notes.started(_run())
    with pytest.raises(StateStoreError):
        await running.flush()
    running.notes.ended(_run(), "failed")
    store.away = False

    async def look() -> list[tuple[str, int, str | None]]:
        return await _seen(other)

    assert await until(look, what="it is written") == [("one", 0, "failed")]


async def test_of_an_instance_the_newest_executions_are_kept(one: Journal) -> None:
    for number in range(MANY + 5):
        one.notes.started(_run(task_id=number))
    await one.flush()

    assert [task_id for _, task_id, _ in await _seen(one)] == list(range(5, MANY + 5))


async def test_instances_that_wait_for_a_store_are_bounded_and_counted(one: Journal) -> None:
    for number in range(10_003):
        one.notes.started(_run(str(number)))
    one.notes.absorb()

    assert (len(one.notes.waiting), one.notes.given_up) == (10_000, 3)
    assert next(iter(one.notes.waiting)) == "3"


async def test_a_purge_deletes_them_and_an_end_that_comes_late_does_not_bring_them_back(
    workers: Workers, one: Journal, other: Journal
) -> None:
    index = InstanceIndex(
        Versions(workers.sidecar, store=STORE), Records(workers.sidecar, store=STORE), on_gone=one.forget
    )
    for each in ("a", "b"):
        one.notes.started(_run(each))
    await one.flush()

    await index.forget("a")
    await one.flush()
    one.notes.ended(_run("a"), "completed")
    one.notes.ended(_run("b"), "completed")
    await one.flush()

    assert (await _seen(other, "a"), await _seen(other, "b")) == ([], [("one", 0, "completed")])


async def test_the_retries_of_an_activity_count_on_and_an_unknown_history_stays_as_it_is() -> None:
    def ran(task_id: int, second: int, outcome: str) -> Execution:
        at = _NOON + timedelta(seconds=second)
        return Execution("one", "x", task_id, at, at, "failed" if outcome == "failed" else "completed")

    events = (
        _event("taskScheduled", 0, task_execution_id="x"),
        _event("taskFailed", -1, scheduled_id=0),
        _event("taskScheduled", 2, task_execution_id="x"),
        _event("taskCompleted", -1, scheduled_id=2),
    )
    history = History(instance_id="a", events=events)
    shown = with_attempts(history, [ran(0, 1, "failed"), ran(2, 5, "completed")])

    assert [(each.worker, each.attempt, each.attempts) for each in shown.events] == [
        (None, None, ()),
        ("one", 1, ()),
        (None, None, ()),
        ("one", 2, ()),
    ]
    assert with_attempts(history, []) is history


async def test_a_document_that_is_none_of_ours_hides_nothing(one: Journal, store: Failing) -> None:
    await store.write("runs:a", b'{"not": "ours"}')
    one.notes.started(_run())

    assert await _seen(one) == [("one", 0, None)]
    await one.flush()
    assert await _seen(one) == [("one", 0, None)]


def _raised(payload: object, *, after_s: float = 0, name: str = "go") -> HistoryEvent:
    return _event("eventRaised", -1, name=name, input=payload, timestamp=_NOON + timedelta(seconds=after_s))


def _at(after_s: float) -> datetime:
    return _NOON + timedelta(seconds=after_s)


async def test_who_started_and_who_raised_an_event_is_told_by_every_worker(one: Journal, other: Journal) -> None:
    one.started_by("a", "ada")
    one.notes.started(_run())
    await one.flush()
    other.raised_by("a", "bob", "Go", {"n": 1})
    await other.flush()

    history = _history(_raised({"n": 1}, name="go"))
    for journal in (one, other):
        start, scheduled, raised = (await journal.shown(history)).events
        assert (start.by, raised.by, len(scheduled.attempts)) == ("ada", "bob", 1)


async def test_a_purge_takes_the_names_along(one: Journal) -> None:
    one.started_by("a", "ada")
    await one.flush()
    one.forget(["a"])
    await one.flush()

    assert (await one.shown(_history())).events[0].by is None


def test_of_equal_events_each_has_the_name_of_whoever_raised_it_then() -> None:
    noted = [
        acts.event("ada", "go", 1, _at(0)),
        acts.event("bob", "go", 1, _at(20)),
        acts.event("eve", "go", 2, _at(9)),
    ]
    events = (_raised(1, after_s=1), _raised(1, after_s=10), _raised(1, after_s=21), _raised(2, after_s=9))
    shown = with_names(History(instance_id="a", events=events), noted)

    assert [each.by for each in shown.events] == ["ada", None, "bob", "eve"]


def test_an_event_that_nobody_is_known_to_have_raised_has_no_name() -> None:
    noted = [acts.event("ada", "go", 1, _at(0))]
    events = (_raised(2), _raised(1, after_s=3_600), _raised(1, name="stop"))
    shown = with_names(History(instance_id="a", events=events), noted)

    assert [each.by for each in shown.events] == [None, None, None]


def test_a_vote_has_the_name_that_it_carries() -> None:
    events = (_raised({"by": "ada", "approve": True}, name="Approval"), _raised("odd", name="approval"))
    shown = with_names(History(instance_id="a", events=events), [])

    assert [each.by for each in shown.events] == ["ada", None]


def test_who_started_an_instance_is_kept_however_much_follows() -> None:
    start = acts.start("ada", _at(0))
    many = [Execution("w", f"x-{n}", n, _at(n + 1)) for n in range(MANY + 5)]
    kept = merged([start], many)

    assert (kept[0], len(kept)) == (start, MANY + 1)
    assert decoded(encoded(kept)) == kept
