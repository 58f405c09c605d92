"""The index of several workers over one state store, which come, go and are killed."""

from datetime import UTC, datetime, timedelta

import pytest

from durably.authoring.ports import StateStoreError
from durably.contracts.instances import InstanceStatus, InstanceView
from durably.contracts.listing import InstanceQuery
from durably.contracts.observations import TurnReport
from tests.harness.waiting import until
from tests.unit.worker.shared_store import STORE, Failing, Workers
from worker.adapters.documents import Documents
from worker.index.index import InstanceIndex
from worker.index.ports import MEMBERS, Roll

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


def _report(instance_id: str, status: InstanceStatus = InstanceStatus.COMPLETED, *, second: int = 0) -> TurnReport:
    return TurnReport(instance_id, "tasks", status, begun_at=_NOW, at=_NOW + timedelta(seconds=second))


async def _has(index: InstanceIndex, wanted: dict[str, str]) -> None:
    async def look() -> dict[str, str]:
        return {each.instance_id: each.status for each in (await index.page(InstanceQuery(limit=500))).instances}

    await until(look, what=f"the index has {len(wanted)}", holds=lambda seen: seen == wanted)


async def _owners(workers: Workers) -> set[str]:
    found = await Documents(workers.sidecar, store=STORE).read([MEMBERS])
    return set(Roll.model_validate_json(found[MEMBERS]).owners)


async def test_what_one_worker_learns_the_others_tell(workers: Workers) -> None:
    one, other = await workers.join(), await workers.join()

    one.note(_report("a", InstanceStatus.RUNNING))
    await _has(other, {"a": "running"})
    other.note(_report("a", second=1))
    one.note(_report("b"))

    await _has(one, {"a": "completed", "b": "completed"})
    await _has(other, {"a": "completed", "b": "completed"})


async def test_a_start_is_listed_before_its_first_turn_and_never_twice(workers: Workers) -> None:
    one, other = await workers.join(), await workers.join()

    one.asked_for("a", "tasks", _NOW)
    await _has(other, {"a": "pending"})
    other.note(_report("a", InstanceStatus.RUNNING))

    await _has(one, {"a": "running"})


@pytest.mark.parametrize("turn_first", [False, True])
async def test_a_rerun_is_created_when_it_was_asked_for_not_when_its_source_was(
    workers: Workers, *, turn_first: bool
) -> None:
    """Its history begins with its source's, and its first turn may be known before its request."""
    one = await workers.join()
    asked_at = _NOW + timedelta(hours=1)
    view = InstanceView(
        instance_id="a", workflow="tasks", status=InstanceStatus.COMPLETED, created_at=_NOW, updated_at=asked_at
    )
    if turn_first:
        one.note(_report("a", second=3_601))
        await _has(one, {"a": "completed"})
    one.asked_for("a", "tasks", asked_at, rerun=True)
    assert one.dated(view).created_at == asked_at
    one.note(_report("a", second=3_601))
    await _has(one, {"a": "completed"})
    one.asked_for("a", "tasks", asked_at + timedelta(hours=1), rerun=True)

    (listed,) = (await one.page(InstanceQuery())).instances
    assert listed.created_at == one.dated(view).created_at == asked_at


async def test_what_was_started_is_as_old_as_the_engine_says(workers: Workers) -> None:
    one = await workers.join()
    one.asked_for("a", "tasks", _NOW - timedelta(seconds=1))
    one.note(_report("a"))
    await _has(one, {"a": "completed"})
    view = InstanceView(
        instance_id="a", workflow="tasks", status=InstanceStatus.COMPLETED, created_at=_NOW, updated_at=_NOW
    )
    unknown = view.model_copy(update={"instance_id": "b"})

    (listed,) = (await one.page(InstanceQuery())).instances
    assert listed.created_at == one.dated(view).created_at == _NOW
    assert one.dated(unknown) is unknown


async def test_a_worker_that_comes_later_reads_what_all_before_it_wrote(workers: Workers) -> None:
    killed, stopped = await workers.join(), await workers.join()
    killed.note(_report("a"))
    await _has(stopped, {"a": "completed"})
    await workers.kill(killed)
    stopped.note(_report("b"))
    await workers.stop(stopped)

    await _has(await workers.join(), {"a": "completed", "b": "completed"})


async def test_what_was_learned_just_before_a_stop_is_written(workers: Workers) -> None:
    one = await workers.join()
    one.note(_report("a"))
    await workers.stop(one)

    await _has(await workers.join(), {"a": "completed"})


async def test_a_purge_takes_the_children_along_everywhere(workers: Workers) -> None:
    one, other = await workers.join(), await workers.join()
    for instance_id in ("p", "p:0001", "p:0001:0000", "q"):
        one.note(_report(instance_id))
    await _has(other, dict.fromkeys(("p", "p:0001", "p:0001:0000", "q"), "completed"))

    await other.forget("p")

    await _has(one, {"q": "completed"})
    await _has(await workers.join(), {"q": "completed"})


async def test_the_number_of_keys_stays_small_however_often_is_written(workers: Workers) -> None:
    one, other = await workers.join(), await workers.join()
    for number in range(150):
        one.note(_report(f"i{number}", InstanceStatus.RUNNING))
        one.note(_report(f"i{number // 2}", second=1))
        await one.exchange.flush()

    status = {number: "completed" if number < 75 else "running" for number in range(150)}
    wanted = {f"i{number}": each for number, each in status.items()}
    await _has(other, wanted)
    await _has(await workers.join(), wanted)
    assert await _keys(workers) < 90, "150 segments were written"


async def _keys(workers: Workers) -> int:
    documents = Documents(workers.sidecar, store=STORE)
    owners = await _owners(workers)
    segments = [f"index:{owner}:{kind}{n}" for owner in owners for kind in ("", "m") for n in range(200)]
    return len(await documents.read(segments))


async def test_the_log_of_a_worker_that_vanished_is_taken_over_and_its_keys_are_deleted(workers: Workers) -> None:
    gone = await workers.join(clock=lambda: datetime.now(UTC) - timedelta(minutes=5))
    gone.note(_report("a"))
    await gone.exchange.flush()
    await workers.kill(gone)

    heir = await workers.join()
    heir.note(_report("b"))

    await until(lambda: _owners(workers), what="one log is left", holds=lambda owners: len(owners) == 1)
    await _has(heir, {"a": "completed", "b": "completed"})
    await _has(await workers.join(), {"a": "completed", "b": "completed"})


async def test_a_worker_that_was_taken_for_dead_begins_a_new_log_and_loses_nothing(workers: Workers) -> None:
    early = [True]
    sleeper = await workers.join(clock=lambda: datetime.now(UTC) - timedelta(minutes=5 * early[0]))
    sleeper.note(_report("a"))
    await sleeper.exchange.flush()
    other = await workers.join()
    await until(lambda: _owners(workers), what="it is taken for dead", holds=lambda owners: len(owners) == 1)

    early.clear()
    early.append(False)
    sleeper.note(_report("b"))
    await sleeper.exchange.flush()

    await _has(other, {"a": "completed", "b": "completed"})


@pytest.mark.parametrize("writes", range(0, 42, 3))
async def test_a_kill_at_any_write_loses_nothing_that_was_written_before(workers: Workers, writes: int) -> None:
    documents = Failing(workers.sidecar)
    doomed = await workers.join(documents=documents)
    documents.left = writes
    told = 0
    for number in range(60):
        doomed.note(_report(f"i{number}"))
        try:
            await doomed.exchange.flush()
        except StateStoreError:
            break
        told += 1
    await workers.kill(doomed)

    found = await (await workers.join()).page(InstanceQuery(limit=500))

    assert {f"i{number}" for number in range(told)} <= {each.instance_id for each in found.instances}


async def test_a_store_that_fails_for_a_while_costs_nothing_but_time(workers: Workers) -> None:
    documents = Failing(workers.sidecar)
    one, other = await workers.join(documents=documents), await workers.join()
    documents.left = 0
    for number in range(5):
        one.note(_report(f"i{number}"))
        with pytest.raises(StateStoreError):
            await one.exchange.flush()

    documents.left = None
    await one.exchange.flush()

    await _has(other, {f"i{number}": "completed" for number in range(5)})
