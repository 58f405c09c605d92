"""Workers whose index has more and more instances in it, side by side, on one engine or on one each."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from durably.contracts.approvals import PendingApproval
from durably.contracts.errors import UnavailableError
from durably.contracts.instances import InstanceStatus
from durably.contracts.observations import TurnReport
from tests.harness.dapr import DaprEngine
from tests.harness.embedded import EmbeddedEngine
from tests.harness.ports import free_port
from tests.harness.processes import Process, answers
from tests.harness.waiting import until
from worker.adapters.documents import Documents
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar
from worker.index.index import InstanceIndex

WAITING: Final = 20
"""Instances that wait for an approval, at every size: an answer with more of them is longer."""

WORKFLOWS: Final = ("orders", "tasks")
PREFIX: Final = "eu-"
"""What every other id begins with."""

_STARTS_WITHIN_S: Final = 180.0


@dataclass(frozen=True, slots=True)
class Filled:
    """A worker with so many instances in its index."""

    size: int
    worker: Process
    control_url: str


def instances(size: int) -> list[TurnReport]:
    """So many instances of the last thirty days; most of them have ended."""
    begun = datetime.now(UTC) - timedelta(days=30)
    step = timedelta(days=30) / size
    return [_instance(number, begun + number * step, waits=size - number <= WAITING) for number in range(size)]


def _instance(number: int, at: datetime, *, waits: bool) -> TurnReport:
    name, workflow = f"{PREFIX if number // 2 % 2 else 'us-'}{number}", WORKFLOWS[number % 2]
    if not waits:
        status = InstanceStatus.FAILED if number % 40 == 0 else InstanceStatus.COMPLETED
        return TurnReport(name, workflow, status, begun_at=at, at=at)
    asked = PendingApproval(
        subject=f"Approve {name}", approvers=("ada", "bob"), required=1, since=at, until=at + timedelta(days=3)
    )
    return TurnReport(name, workflow, InstanceStatus.RUNNING, begun_at=at, at=at, custom_status=asked.model_dump_json())


async def fill(grpc_port: int, store: str, size: int) -> None:
    """Write an index as a worker would, through the index's own writer, and leave."""
    sidecar = Sidecar(host="127.0.0.1", port=grpc_port, timeout_s=30)
    index = InstanceIndex(Documents(sidecar, store=store), Records(sidecar, store=store))
    running = asyncio.create_task(index.exchange.run())
    await until(index.refresh, what="the index is there", retry_on=(UnavailableError,), holds=lambda _: True)
    for report in instances(size):
        index.note(report)
    await index.exchange.flush()
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)
    await index.exchange.aclose()
    await sidecar.aclose()


@asynccontextmanager
async def embedded(folder: Path, sizes: Sequence[int]) -> AsyncIterator[list[Filled]]:
    """An embedded engine and a worker for each size."""
    async with AsyncExitStack() as stack:
        filled = []
        for size in sizes:
            place = folder / f"embedded-{size}"
            place.mkdir(parents=True)
            engine = EmbeddedEngine(place)
            await engine.start()
            stack.push_async_callback(engine.stop)
            filled.append(await _worker(stack, place, engine.grpc_port, "statestore", size))
        yield filled


@asynccontextmanager
async def dapr(folder: Path, sizes: Sequence[int]) -> AsyncIterator[list[Filled]]:
    """One sidecar with a state store for each size, all of them in one Redis, and a worker for each."""
    engine = _with_stores(folder, sizes)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(engine.stop)
        await engine.start()
        yield [await _worker(stack, folder, engine.grpc_port, _store(size), size) for size in sizes]


def _with_stores(folder: Path, sizes: Sequence[int]) -> DaprEngine:
    folder.mkdir(parents=True)
    engine = DaprEngine(folder)
    resources = folder / "resources"
    for size in sizes:
        component = json.loads((resources / "statestore.yaml").read_text(encoding="utf-8"))
        component["metadata"]["name"] = _store(size)
        metadata = [each for each in component["spec"]["metadata"] if each["name"] != "actorStateStore"]
        component["spec"]["metadata"] = [*metadata, {"name": "keyPrefix", "value": "name"}]
        (resources / f"{_store(size)}.yaml").write_text(json.dumps(component), encoding="utf-8")
    return engine


def _store(size: int) -> str:
    return f"listing-{size}"


async def _worker(stack: AsyncExitStack, folder: Path, grpc_port: int, store: str, size: int) -> Filled:
    await fill(grpc_port, store, size)
    control_port = free_port()
    url = f"http://127.0.0.1:{control_port}"
    env = {
        "DURABLY_WORKER_SIDECAR_GRPC_PORT": str(grpc_port),
        "DURABLY_WORKER_CONTROL_PORT": str(control_port),
        "DURABLY_WORKER_PROBE_PORT": str(free_port()),
        "DURABLY_WORKER_STATE_STORE": store,
        "DURABLY_WORKER_CENSUS_INTERVAL_S": "0",  # the engine has none of these instances
        "DURABLY_WORKER_RETENTION_S": "0",
        "DURABLY_WORKER_LOG_FORMAT": "json",
    }
    process = Process(
        f"worker-{size}",
        [sys.executable, "-m", "worker"],
        log=folder / f"worker-{size}.log",
        env=env,
        ready=answers(f"{url}/control/instances"),
        start_timeout_s=_STARTS_WITHIN_S,
    )
    stack.push_async_callback(process.stop)
    await process.start()
    return Filled(size, process, url)
