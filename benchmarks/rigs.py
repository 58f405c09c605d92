"""What is measured: an engine with a worker and a client, as processes of their own.

The client is the benchmark's own process, one event loop, the same for every side.
"""

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Protocol, Self

import aiohttp

from benchmarks.clients import END_WITHIN_S, SdkClient, UnfinishedError
from benchmarks.workload import THREE_STEPS
from tests.harness.dapr import DaprEngine
from tests.harness.embedded import EmbeddedEngine
from tests.harness.processes import Process, says
from tests.harness.stack import Engine, Stack
from tests.harness.waiting import until

_INDEXED_WITHIN_S: Final = 120


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


class BareRig:
    """An engine, a worker, and the SDK's client; `async with` starts and stops them.

    Args:
        engine: The engine; one that runs already is left running.
        folder: Where the worker's log goes.
        worker: The worker's module; by default one made of the SDK alone.
    """

    def __init__(self, engine: Engine, folder: Path, *, worker: str = "benchmarks.bare_worker") -> None:
        self.engine = engine
        command = [sys.executable, "-m", worker, str(engine.grpc_port)]
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
    """Our API, both sidecars, and our worker with logs, metrics and observers on.

    `async with` starts what does not run, and stops the worker.

    Args:
        stack: The processes.

    Attributes:
        two_requests: Whether an instance is started by one request and waited for by another.
    """

    def __init__(self, stack: Stack) -> None:
        self._stack = stack
        self.two_requests = False

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
        timeout = aiohttp.ClientTimeout(total=END_WITHIN_S)
        self._session = aiohttp.ClientSession(self._stack.url, timeout=timeout)
        await self._know_all()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._session.close()
        await self._stack.worker.stop()

    async def _know_all(self) -> None:
        """Have the index take in what the bare SDK's side left in the store, before anything is measured, not while."""
        await self._answer("POST", "/index/rebuild")

        async def done() -> bool:
            return not (await self._answer("GET", "/index"))["rebuilding"]

        await until(done, what="the index knows every instance", timeout_s=_INDEXED_WITHIN_S, poll_s=0.1)

    async def run(self, instance_id: str, workflow: str = THREE_STEPS, size: int = 0) -> None:
        """See `Rig`. The API makes the id: only then it need not look whether the instance is there already."""
        path, body = f"/workflows/{workflow}", {"input": {"n": size}}
        if self.two_requests:
            started = await self._answer("POST", path, json=body)
            view = await self._answer("GET", f"/instances/{started['instance_id']}", params={"wait": "30s"})
        else:
            view = await self._answer("POST", path, json=body, params={"wait": "30s"})
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


def embedded_as_it_comes(folder: Path) -> BareRig:
    """The embedded engine under what our worker runs workflows with."""
    return BareRig(EmbeddedEngine(folder), folder, worker="benchmarks.host_worker")


def dapr(folder: Path) -> BareRig:
    """Self-hosted Dapr on Redis under a bare worker."""
    return BareRig(DaprEngine(folder), folder)
