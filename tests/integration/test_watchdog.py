"""A daprd 1.18.2 that has locked itself up for real, and the worker that notices; see docs/durability.md."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from durably.contracts.instances import InstanceStatus
from durably.engine.client import EngineClient
from tests.harness.stack import Stack
from tests.harness.waiting import true, until

pytestmark = pytest.mark.dapr

TURNS = 60
PAYLOAD = "x" * 200_000


class Locked:
    """A worker whose sidecar has locked itself up, with turns that wait for it."""

    def __init__(self, stack: Stack, client: EngineClient, http: aiohttp.ClientSession) -> None:
        self.stack = stack
        self.client = client
        self._http = http
        self._ids = [f"locked-{number}" for number in range(TURNS)]

    async def lock_up(self) -> None:
        """Freeze the worker until its stream is full and turns wait to be sent; kill it; start the next one."""
        worker = self.stack.worker
        await self.client.start("mirror", instance_id="first", payload=None)
        assert (await self.client.wait("first", timeout_s=10)).status is InstanceStatus.COMPLETED
        worker.pause()
        for instance_id in self._ids:
            await self.client.start("mirror", instance_id=instance_id, payload=PAYLOAD)
        worker.kill()
        await worker.start()  # it is ready: its stream is open, and its sidecar answers

    async def statuses(self, *, wait_s: float) -> set[InstanceStatus]:
        """Of all that waited, once it has ended or the wait is over."""
        views = await asyncio.gather(*(self.client.wait(i, timeout_s=wait_s) for i in self._ids))
        return {view.status for view in views}

    async def probe(self, path: str) -> tuple[int, str]:
        """Ask a probe."""
        async with self._http.get(f"{self.stack.probe_url}{path}") as answer:
            return answer.status, await answer.text()

    async def says_so(self) -> bool:
        """Whether it says that its sidecar, and nothing else, is not in order."""
        status, text = await self.probe("/readyz")
        failing = {name for name, check in json.loads(text)["checks"].items() if not check["ok"]}
        return (status, failing) == (503, {"sidecar"})

    async def restarts(self) -> float:
        """What `durably_sidecar_restarts_total` says."""
        families = text_string_to_metric_families((await self.probe("/metrics"))[1])
        samples = [sample for family in families for sample in family.samples]
        return next(s.value for s in samples if s.name == "durably_sidecar_restarts_total")

    def told(self, event: str) -> list[Any]:
        """The log lines of the worker that runs now about an event."""
        lines = map(json.loads, self.stack.worker.output().splitlines())
        return [line for line in lines if line["event"] == event]


Launch = Callable[..., AbstractAsyncContextManager[Locked]]


@pytest.fixture
def launch(tmp_path: Path) -> Launch:
    """Starts Dapr and a worker with settings, and locks its sidecar up."""

    @asynccontextmanager
    async def start(**env: str) -> AsyncIterator[Locked]:
        stack = Stack(tmp_path, engine="dapr", worker_module="tests.integration.odd_worker", env=env)
        client = EngineClient(host="127.0.0.1", port=stack.engine.grpc_port, call_timeout_s=10)
        try:
            await stack.engine.start()
            await stack.worker.start()
            async with aiohttp.ClientSession() as http:
                locked = Locked(stack, client, http)
                await locked.lock_up()
                yield locked
        finally:
            await client.aclose()
            await stack.stop()

    return start


async def test_a_sidecar_that_locked_itself_up_ends_and_what_waited_goes_on_when_it_is_back(launch: Launch) -> None:
    async with launch(DURABLY_WORKER_SIDECAR_LOCKED_AFTER_S="3") as locked:
        daprd = locked.stack.engine.front

        assert await daprd.wait_exit(15) == 0
        (line,) = locked.told("sidecar_locked")
        assert line["unknown_s"] >= 3
        assert await locked.restarts() == 1

        await daprd.start()  # as the kubelet does
        assert await locked.statuses(wait_s=20) == {InstanceStatus.COMPLETED}
        assert (await locked.probe("/readyz"))[0] == 200
        assert await locked.restarts() == 1


async def test_without_leave_to_restart_it_the_probes_say_so_and_it_stays(launch: Launch) -> None:
    env = {"DURABLY_WORKER_SIDECAR_LOCKED_AFTER_S": "2", "DURABLY_WORKER_SIDECAR_RESTART": "false"}
    async with launch(**env) as locked:
        await until(locked.says_so, what="it says that the sidecar is locked up")

        status, text = await locked.probe("/livez")
        assert status == 200
        assert "the sidecar has locked itself up" in text
        assert await locked.statuses(wait_s=1) == {InstanceStatus.PENDING}
        assert await locked.restarts() == 0
        assert locked.stack.engine.front.alive


async def test_a_sidecar_in_order_is_left_alone(tmp_path: Path) -> None:
    stack = Stack(tmp_path, engine="dapr", env={"DURABLY_WORKER_SIDECAR_LOCKED_AFTER_S": "0.5"})
    client = EngineClient(host="127.0.0.1", port=stack.engine.grpc_port, call_timeout_s=10)
    await asyncio.gather(stack.receiver.process.start(), stack.engine.start())
    await stack.worker.start()
    try:
        async with aiohttp.ClientSession() as http:
            locked = Locked(stack, client, http)
            opened = asyncio.get_running_loop().time()
            await until(true(lambda: asyncio.get_running_loop().time() > opened + 3), what="3 s have passed")

            assert (await locked.probe("/readyz"))[0] == 200
            assert await locked.restarts() == 0
            assert not locked.told("sidecar_locked")
    finally:
        await client.aclose()
        await stack.stop()
