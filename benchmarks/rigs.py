"""What is measured: an engine with a worker and a client, as processes of their own.

The client is the benchmark's own process, one event loop, the same for every side.
"""

import asyncio
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any, Final, Protocol, Self

import aiohttp

from benchmarks.cost import busy_seconds, cpu_seconds
from benchmarks.load import run_many
from benchmarks.results import Measured
from benchmarks.workload import THREE_STEPS
from dapr.ext.workflow import WorkflowStatus
from dapr.ext.workflow.aio import DaprWorkflowClient
from tests.harness.dapr import DaprEngine
from tests.harness.embedded import EmbeddedEngine
from tests.harness.processes import Process, says
from tests.harness.stack import Engine, Stack

IN_FLIGHT: Final = 32
_WARM_UP: Final = 64
_END_WITHIN_S: Final = 30
_SETTLED_WITHIN_S: Final = 10

INCIDENTS: Final[list[str]] = []
"""Rounds of this run that had to be measured again; see `measure`."""

_serial = count()


class UnfinishedError(Exception):
    """A workflow did not complete: what was measured is worth nothing."""


class Rig(Protocol):
    """One side of a comparison, ready to be put under load."""

    @property
    def processes(self) -> Mapping[str, Process]:
        """Everything that works for it, by name."""

    async def run(self, instance_id: str, workflow: str = THREE_STEPS, size: int = 0) -> None:
        """Start an instance and return when it has completed.

        Raises:
            UnfinishedError: It ended otherwise, or not in time.
        """


class SdkClient:
    """The SDK's own asynchronous client.

    Args:
        port: The engine's gRPC port.
    """

    def __init__(self, port: int) -> None:
        self._client = DaprWorkflowClient(host="127.0.0.1", port=str(port))

    async def run(self, instance_id: str, workflow: str, size: int) -> None:
        """See `Rig.run`."""
        given = {"n": size}
        await self._client.schedule_new_workflow(workflow, instance_id=instance_id, input=given)
        state = await self._client.wait_for_workflow_completion(instance_id, timeout_in_seconds=_END_WITHIN_S)
        if state is None or state.runtime_status is not WorkflowStatus.COMPLETED:
            raise UnfinishedError(f"{instance_id}: {state}")


class BareRig:
    """An engine, a worker of the bare SDK, and the SDK's client; `async with` starts and stops them.

    Args:
        engine: The engine; one that runs already is left running.
        folder: Where the worker's log goes.
    """

    def __init__(self, engine: Engine, folder: Path) -> None:
        self.engine = engine
        command = [sys.executable, "-m", "benchmarks.bare_worker", str(engine.grpc_port)]
        self._worker = Process("worker", command, log=folder / "bare-worker.log", ready=says("connected"))
        self._was_running = False

    @property
    def processes(self) -> Mapping[str, Process]:
        """See `Rig`."""
        return {**self.engine.parts, "worker": self._worker}

    async def __aenter__(self) -> Self:
        self._was_running = self.engine.front.alive
        await self.engine.start()
        await self._worker.start()
        self._client = SdkClient(self.engine.grpc_port)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._worker.stop()
        if not self._was_running:
            await self.engine.stop()

    async def run(self, instance_id: str, workflow: str = THREE_STEPS, size: int = 0) -> None:
        """See `Rig`."""
        await self._client.run(instance_id, workflow, size)


class ApiRig:
    """Our API, both sidecars, and our worker with logs, metrics and observers on; `async with` starts and stops the
    worker and leaves the rest running.

    Args:
        stack: The processes.
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack

    @property
    def processes(self) -> Mapping[str, Process]:
        """See `Rig`."""
        return {**self._stack.engine.parts, "worker": self._stack.worker, "api": self._stack.api}

    async def __aenter__(self) -> Self:
        # The sidecar waits for the application's port when it starts, and the worker for its sidecar.
        self._stack.worker.spawn()
        self._stack.api.spawn()
        await self._stack.engine.start()
        await self._stack.worker.start()
        await self._stack.api.start()
        timeout = aiohttp.ClientTimeout(total=_END_WITHIN_S)
        self._session = aiohttp.ClientSession(self._stack.url, timeout=timeout)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._stack.worker.stop()

    async def run(self, instance_id: str, workflow: str = THREE_STEPS, size: int = 0) -> None:
        """See `Rig`."""
        body = {"instance_id": instance_id, "input": {"n": size}}
        await self._answer("POST", f"/workflows/{workflow}", json=body)
        view = await self._answer("GET", f"/instances/{instance_id}", params={"wait": "30s"})
        if view["status"] != "completed":
            raise UnfinishedError(f"{instance_id}: {view}")

    async def _answer(self, method: str, path: str, **more: Any) -> dict[str, Any]:
        async with self._session.request(method, path, **more) as response:
            answer: dict[str, Any] = await response.json(content_type=None)
        if not response.ok:
            raise UnfinishedError(f"{method} {path}: {response.status} {answer}")
        return answer


def embedded(folder: Path) -> BareRig:
    """The embedded engine under a bare worker."""
    return BareRig(EmbeddedEngine(folder), folder)


def dapr(folder: Path) -> BareRig:
    """Self-hosted Dapr on Redis under a bare worker."""
    return BareRig(DaprEngine(folder), folder)


@dataclass(frozen=True, slots=True)
class Loads:
    """How much is run for one measurement.

    Attributes:
        in_flight: Workflows with 32 in flight.
        sequential: Workflows one after the other.
    """

    in_flight: int
    sequential: int


def fresh_ids(number: int) -> list[str]:
    """Ids that no other load has."""
    return [f"bench-{next(_serial)}" for _ in range(number)]


async def warm_up(rig: Rig) -> None:
    """Bring connections, caches and compiled code to where they stay.

    A workflow that is started while Dapr still spreads the word about a new worker may wait for its next reminder, so
    the first ones are given up soon and count for nothing.
    """

    async def patiently(instance_id: str) -> None:
        with suppress(TimeoutError, UnfinishedError):
            async with asyncio.timeout(_SETTLED_WITHIN_S):
                await rig.run(instance_id)

    for number, in_flight in ((3, 1), (_WARM_UP, IN_FLIGHT)):
        await run_many(patiently, fresh_ids(number), in_flight=in_flight)


async def measure(rig: Rig, loads: Loads, *, again: int = 2) -> Measured:
    """Throughput with 32 in flight and what a workflow costs each process; then latency one after the other.

    Args:
        rig: The side.
        loads: How much is run.
        again: How often a round in which a workflow got stuck is measured anew; each time is told as an incident.
    """
    try:
        return await _measure(rig, loads)
    except* (TimeoutError, UnfinishedError) as stuck:
        if not again:
            raise
        INCIDENTS.append(f"{type(rig).__name__}: {stuck.exceptions[0]}"[:300])
    return await measure(rig, loads, again=again - 1)


async def _measure(rig: Rig, loads: Loads) -> Measured:
    before, machine_before = cpu_seconds(rig.processes), busy_seconds()
    busy = await run_many(rig.run, fresh_ids(loads.in_flight), in_flight=IN_FLIGHT)
    after, machine_after = cpu_seconds(rig.processes), busy_seconds()
    ours_s = {name: after[name] - before[name] for name in before}
    others_s = machine_after - machine_before - sum(ours_s.values())
    alone = await run_many(rig.run, fresh_ids(loads.sequential), in_flight=1) if loads.sequential else None
    return Measured(
        per_s=busy.per_s,
        loaded_p50_ms=busy.p50_ms,
        loaded_p99_ms=busy.p99_ms,
        p50_ms=alone.p50_ms if alone else None,
        p99_ms=alone.p99_ms if alone else None,
        cpu_ms={name: seconds * 1_000 / loads.in_flight for name, seconds in ours_s.items()},
        others_percent=max(0.0, others_s / (busy.elapsed_s * len(os.sched_getaffinity(0))) * 100),
    )
