"""The index of instances over each engine's own state store: what it says is what the engine says."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
from prometheus_client import CollectorRegistry

from durably.contracts.approvals import PendingApproval
from durably.contracts.errors import InstanceNotFoundError, UnavailableError
from durably.contracts.instances import InstanceStatus
from durably.contracts.listing import ApprovalQuery, InstanceQuery
from durably.engine.client import EngineClient
from durably.telemetry.metrics import WorkflowMetrics
from tests.harness.behaviours.registry import behaviours
from tests.harness.behaviours.world import World
from tests.harness.runner import Host, Runner
from tests.harness.stack import Engine
from tests.harness.waiting import until
from worker.adapters.documents import Documents
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar
from worker.census import Census
from worker.index.exchange import Exchange
from worker.index.index import InstanceIndex
from worker.retention import Retention

_STORE = "statestore"


class Indexes:
    """Indexes over the engine's state store, each as a worker of its own has it."""

    def __init__(self, sidecar: Sidecar) -> None:
        self._sidecar = sidecar
        self._running: list[tuple[Exchange, asyncio.Task[None]]] = []

    async def join(self) -> InstanceIndex:
        """One that has read all that is there."""
        documents, records = Documents(self._sidecar, store=_STORE), Records(self._sidecar, store=_STORE)
        index = InstanceIndex(documents, records, flush_s=0.02)
        self._running.append((index.exchange, asyncio.create_task(index.exchange.run())))
        await until(index.refresh, what="the index is read", retry_on=(UnavailableError,), holds=lambda _: True)
        return index

    async def aclose(self) -> None:
        """Let all of them leave."""
        for exchange, task in self._running:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
            await exchange.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def indexes(engine: Engine) -> AsyncIterator[Indexes]:
    sidecar = Sidecar(host="127.0.0.1", port=engine.grpc_port, timeout_s=5)
    indexes = Indexes(sidecar)
    yield indexes
    await indexes.aclose()
    await sidecar.aclose()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def index(indexes: Indexes) -> InstanceIndex:
    """That of the worker which runs everything."""
    return await indexes.join()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def other(indexes: Indexes) -> InstanceIndex:
    """That of a worker which runs nothing."""
    return await indexes.join()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def host(engine: Engine, client: EngineClient, index: InstanceIndex) -> AsyncIterator[Host]:
    world = World()
    async with Host(behaviours(world), engine.grpc_port, world, on_turn=index.note) as host:
        await host.usable(client)
        yield host


async def _shown(index: InstanceIndex, instance_id: str, status: InstanceStatus | None) -> None:
    async def look() -> list[InstanceStatus]:
        page = await index.page(InstanceQuery(prefix=instance_id, limit=1))
        return [each.status for each in page.instances]

    wanted = [status] if status else []
    await until(look, what=f"{instance_id} is {status} in the index", holds=lambda seen: seen == wanted)


@pytest.mark.parametrize(
    ("workflow", "payload", "status"),
    [
        ("sequence", ["a"], InstanceStatus.COMPLETED),
        ("explode", "boom", InstanceStatus.FAILED),
        ("countdown", {"left": 2}, InstanceStatus.COMPLETED),
    ],
)
async def test_whatever_an_instance_comes_to_is_in_the_index_as_the_engine_has_it(
    runner: Runner,
    index: InstanceIndex,
    other: InstanceIndex,
    workflow: str,
    payload: object,
    status: InstanceStatus,
) -> None:
    view = await runner.run(workflow, payload)

    for each in (index, other):
        await _shown(each, view.instance_id, status)
        [found] = (await each.page(InstanceQuery(prefix=view.instance_id))).instances
        assert found.workflow == view.workflow
        assert abs(found.updated_at - view.updated_at) < timedelta(seconds=2)


async def test_the_index_has_the_engine_s_time_of_creation(runner: Runner, index: InstanceIndex) -> None:
    view = await runner.run("sequence", ["a"])
    await _shown(index, view.instance_id, InstanceStatus.COMPLETED)

    [found] = (await index.page(InstanceQuery(prefix=view.instance_id))).instances

    assert abs(found.created_at - view.created_at) < timedelta(microseconds=5)


async def test_a_pause_a_resume_and_a_termination_are_seen(
    runner: Runner, index: InstanceIndex, other: InstanceIndex
) -> None:
    instance_id = await runner.start("wait_for_events", ["go", "on"])
    await _shown(index, instance_id, InstanceStatus.RUNNING)
    await runner.client.pause(instance_id)
    await _shown(other, instance_id, InstanceStatus.SUSPENDED)
    await runner.client.resume(instance_id)
    await _shown(other, instance_id, InstanceStatus.RUNNING)
    await runner.client.terminate(instance_id)
    await _shown(other, instance_id, InstanceStatus.TERMINATED)


async def test_an_approval_is_listed_as_long_as_it_is_waited_for(runner: Runner, other: InstanceIndex) -> None:
    now = datetime.now(UTC)
    until_then = now + timedelta(hours=1)
    asked = PendingApproval(subject="?", approvers=("index-ada",), required=1, since=now, until=until_then)
    instance_id = await runner.start("announce", {"status": asked.model_dump_json()})

    async def waiting() -> list[str]:
        found = await other.approvals(ApprovalQuery(approver="index-ada"))
        return [each.instance_id for each in found.approvals]

    await until(waiting, what="the approval is listed", holds=lambda seen: seen == [instance_id])
    await runner.client.raise_event(instance_id, "go")
    await until(waiting, what="nothing is waited for", holds=lambda seen: not seen)


async def test_a_child_is_listed_and_a_purge_of_its_parent_takes_it_along(
    runner: Runner, index: InstanceIndex, other: InstanceIndex
) -> None:
    child_id = runner.new_id("child")
    parent = await runner.run("parent", {"workflow": "sequence", "input": ["a"], "instance_id": child_id})
    await _shown(other, child_id, InstanceStatus.COMPLETED)

    await runner.client.purge(parent.instance_id)
    await index.forget(parent.instance_id)

    await _shown(other, parent.instance_id, None)
    await _shown(other, child_id, None)


async def test_the_census_finds_what_no_worker_told_and_drops_what_is_gone(
    runner: Runner, indexes: Indexes, host: Host, other: InstanceIndex
) -> None:
    found, purged = await runner.run("sequence", ["a"]), await runner.run("sequence", ["b"])
    await _shown(other, purged.instance_id, InstanceStatus.COMPLETED)
    await other.forget(found.instance_id)  # as if it had never been told
    await other.exchange.flush()
    await runner.client.purge(purged.instance_id)
    census = Census(
        runner.client,
        index=await indexes.join(),
        metrics=WorkflowMetrics(CollectorRegistry()),
        workflows=frozenset({"sequence"}),
        interval_s=0,
        stuck_after_s=900,
    )

    await census.count()

    await _shown(other, found.instance_id, InstanceStatus.COMPLETED)
    await _shown(other, purged.instance_id, None)


async def test_retention_purges_what_ended_and_leaves_what_runs(runner: Runner, index: InstanceIndex) -> None:
    ended, running = await runner.run("sequence", ["a"]), await runner.start("wait_for_events", ["go"])
    await _shown(index, running, InstanceStatus.RUNNING)
    await _shown(index, ended.instance_id, InstanceStatus.COMPLETED)
    index.exchange.is_ours = lambda _: True  # type: ignore[method-assign] # there is no other worker with a retention here
    later = datetime.now(UTC) + timedelta(seconds=60)
    retention = Retention(
        runner.client, index=index, keep_s=30, interval_s=60, on_purged=lambda _: None, clock=lambda: later
    )

    async def swept() -> int:
        return await retention.purge_batch()

    await until(swept, what="nothing is due any more", holds=lambda purged: purged == 0)

    with pytest.raises(InstanceNotFoundError):
        await runner.client.get(ended.instance_id)
    assert (await runner.client.get(running)).status is InstanceStatus.RUNNING
    await _shown(index, ended.instance_id, None)
    await _shown(index, running, InstanceStatus.RUNNING)
