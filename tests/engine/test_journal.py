"""The journal over each engine's own state store: what workers write at once all stands there."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import pytest
import pytest_asyncio

from durably.contracts.observations import ActivityRun
from tests.harness.runner import Runner
from tests.harness.stack import Engine
from tests.harness.waiting import until
from worker.adapters.sidecar import Sidecar
from worker.adapters.versions import Versions
from worker.journal.journal import Journal

_TASKS = 4


@pytest_asyncio.fixture(loop_scope="session")
async def journals(engine: Engine) -> AsyncIterator[tuple[Journal, ...]]:
    sidecar = Sidecar(host="127.0.0.1", port=engine.grpc_port)
    store = Versions(sidecar, store="statestore", keep_s=3_600)
    yield tuple(Journal(store, worker=name) for name in ("one", "two", "three"))
    await sidecar.aclose()


async def test_workers_that_write_at_once_lose_nothing_and_a_purge_leaves_nothing(
    journals: tuple[Journal, ...], runner: Runner
) -> None:
    ids = [runner.new_id("written") for _ in range(40)]
    for task_id in range(_TASKS):
        for journal in journals:
            for each in ids:
                run = ActivityRun(each, "tasks", "work", task_id, f"x-{task_id}", 1)
                journal.notes.started(run)
                journal.notes.ended(run, "completed")
            journal.notes.absorb()
        while any(journal.notes.waiting for journal in journals):
            await asyncio.gather(*(journal.flush() for journal in journals))

    wanted = sorted((name, task_id) for name in ("one", "two", "three") for task_id in range(_TASKS))
    for each in ids:
        assert sorted((e.worker, e.task_id) for e in await journals[0].executions(each)) == wanted

    journals[1].forget(ids)
    await journals[1].flush()
    assert [await journals[2].executions(each) for each in ids] == [[]] * len(ids)


@pytest.mark.dapr
@pytest.mark.parametrize("engine_kind", ["dapr"], indirect=True, ids=["dapr"])
async def test_what_a_purge_missed_goes_by_itself(engine: Engine, runner: Runner) -> None:
    sidecar = Sidecar(host="127.0.0.1", port=engine.grpc_port)
    journal = Journal(Versions(sidecar, store="statestore", keep_s=1), worker="one")
    missed = runner.new_id("missed")
    journal.notes.started(ActivityRun(missed, "tasks", "work", 0, "x", 1))
    await journal.flush()
    assert len(await journal.executions(missed)) == 1
    await until(partial(journal.executions, missed), what="it is gone", holds=lambda seen: not seen)
    await sidecar.aclose()
