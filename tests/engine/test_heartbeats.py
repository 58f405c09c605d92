"""Workers that say of themselves that they are there, over each engine's own state store."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from uuid import uuid4

import pytest
import pytest_asyncio

from durably.contracts.observations import ActivityRun
from tests.harness.runner import Host
from tests.harness.stack import Engine
from tests.harness.waiting import until
from worker.adapters.documents import Documents
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar
from worker.control.gate import Gate
from worker.heartbeat.heartbeats import Heartbeats
from worker.heartbeat.pulse import Pulse
from worker.heartbeat.settings import HeartbeatSettings
from worker.index.members import Members
from worker.index.ports import beat_key
from worker.journal.notes import Notes

INTERVAL_S = 0.2
LIVES_S = 5 * INTERVAL_S


class _Counting(Documents):
    """Documents that count what is written."""

    def __init__(self, sidecar: Sidecar) -> None:
        super().__init__(sidecar, store="statestore")
        self.writes = 0

    async def write(self, key: str, value: bytes, *, keep_s: int = 0) -> None:
        """Count it."""
        self.writes += 1
        await super().write(key, value, keep_s=keep_s)


class _Worker:
    """The part of a worker that says that it is there."""

    def __init__(self, sidecar: Sidecar, host: Host, name: str) -> None:
        self.owner, self.documents = uuid4().hex[:12], _Counting(sidecar)
        self.notes = Notes(name, clock=lambda: datetime.now(UTC), on_news=lambda: None)
        settings = HeartbeatSettings(heartbeat_interval_s=INTERVAL_S)
        gate = Gate(connected=lambda: True)
        pulse = Pulse(settings, host=host.inner, notes=self.notes, gate=gate, name=name)
        self.beats = Heartbeats(self.documents, pulse=pulse, owner=lambda: self.owner, interval_s=INTERVAL_S)

    async def names(self) -> set[str]:
        """The workers that it knows of."""
        return {each.worker for each in await self.beats.all()}


Make = Callable[[str], Awaitable[_Worker]]


@pytest_asyncio.fixture(loop_scope="session")
async def sidecar(engine: Engine) -> AsyncIterator[Sidecar]:
    """The way to the state store."""
    sidecar = Sidecar(host="127.0.0.1", port=engine.grpc_port)
    yield sidecar
    await sidecar.aclose()


@pytest_asyncio.fixture(loop_scope="session")
async def worker(sidecar: Sidecar, host: Host) -> AsyncIterator[Make]:
    """A function that makes a worker under a name, whose log all know."""
    made: list[_Worker] = []
    members = Members(Records(sidecar, store="statestore"))

    async def make(name: str) -> _Worker:
        made.append(_Worker(sidecar, host, name))
        await members.join(made[-1].owner)
        return made[-1]

    yield make
    for each in made:
        await each.beats.aclose()
        await members.release(each.owner)


async def test_workers_know_of_each_other_until_one_says_goodbye(worker: Make) -> None:
    one, two = await worker("one"), await worker("two")
    for each in (one, two):
        await each.beats.run()
    await until(one.names, what="one knows of two", holds=lambda names: names >= {"one", "two"})
    await two.beats.aclose()
    await until(one.names, what="two is gone", holds=lambda names: "two" not in names)


async def test_a_worker_that_falls_silent_is_gone_when_its_beats_are_over(
    worker: Make, sidecar: Sidecar, engine_kind: str
) -> None:
    one, two = await worker("one"), await worker("two")
    await two.beats.write()
    assert "two" in await one.names()
    await until(one.names, what="two is gone", timeout_s=LIVES_S + 3, holds=lambda names: "two" not in names)
    if engine_kind == "dapr":
        read = partial(Documents(sidecar, store="statestore").read, [beat_key(two.owner)])
        await until(read, what="the store has forgotten it", holds=lambda found: found == {})


async def test_what_has_not_changed_is_written_every_second_time(worker: Make) -> None:
    one = await worker("one")
    for _ in range(6):
        await one.beats.write()
    assert one.documents.writes == 3
    one.notes.started(ActivityRun("i-1", "w", "a", 0, "x", 1))
    await one.beats.write()
    assert one.documents.writes == 4
    (running,) = one.beats.own.in_flight
    assert (running.instance_id, running.activity) == ("i-1", "a")


async def test_of_two_that_have_one_name_the_younger_one_is_there(worker: Make) -> None:
    """A container that starts again has its pod's name, as before."""
    reader, before = await worker("reader"), await worker("pod")
    after = await worker("pod")
    for each in (before, after):
        await each.beats.write()
    found = next(each for each in await reader.beats.all() if each.worker == "pod")
    assert found.started_at == after.beats.own.started_at


@pytest.mark.parametrize("busy", [0, 3])
async def test_a_beat_says_how_many_run(worker: Make, busy: int) -> None:
    one = await worker("one")
    for number in range(busy):
        one.notes.started(ActivityRun("i-1", "w", "a", number, f"x{number}", 1))
    assert one.beats.own.in_flight_count == busy
