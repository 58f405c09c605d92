"""SIGTERM to a worker and its sidecar at the same moment, as Kubernetes sends it to all containers of a pod."""

import asyncio
import json
import time
from collections import Counter
from pathlib import Path

import aiohttp
import pytest

from tests.harness.stack import Stack
from tests.harness.waiting import until

pytestmark = pytest.mark.dapr

GRACE_S = 10
BLOCK = ("--dapr-block-shutdown-duration", f"{GRACE_S + 5}s")
"""What the annotation `dapr.io/block-shutdown-duration` becomes: the sidecar outlives the worker."""

HEALTH = (
    *("--enable-app-health-check", "--app-health-check-path", "/control/workflows"),
    *("--app-health-probe-interval", "1", "--app-health-probe-timeout", "900", "--app-health-threshold", "3"),
)
"""With it the sidecar also notices that the worker has gone, and goes without waiting for the rest of that time."""


class Pod:
    """A worker, a sidecar with further arguments, and the task `1` in the middle of `assign_task`, which takes 5 s."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        env = {"DURABLY_WORKER_SHUTDOWN_GRACE_S": str(GRACE_S)}
        self.stack = Stack(folder, engine="dapr", delays_s={"assign_task": 5}, env=env)
        self.worker, self.sidecar = self.stack.worker, self.stack.engine.front
        self.sidecar.command += arguments

    async def start(self) -> None:
        """Start both, and the task."""
        await asyncio.gather(self.stack.receiver.process.start(), self.stack.engine.start())
        await self.worker.start()
        task = {"task_id": "1", "title": "Write the report", "assignee": "ada"}
        path = "/control/workflows/task_processing_workflow/instances/task-1"
        async with aiohttp.ClientSession(self.stack.control_url) as http:
            await http.post(path, json=task, raise_for_status=True)
        await until(self._assigning, what="assign_task has begun")

    async def _assigning(self) -> bool:
        return any(e.activity == "assign_task" for e in self.stack.ledger.in_flight(self.worker.pid))

    async def stop(self) -> tuple[float, float]:
        """SIGTERM to both at once: after how many seconds each was gone. The worker's exit code has to be 0."""
        began = time.monotonic()
        self.worker.terminate()
        self.sidecar.terminate()

        async def worker() -> float:
            assert await self.worker.wait_exit(GRACE_S + 4) == 0
            return time.monotonic() - began

        async def sidecar() -> float:
            await self.sidecar.wait_exit(GRACE_S + 10)
            return time.monotonic() - began

        return await asyncio.gather(worker(), sidecar())

    def drained(self) -> bool:
        """Whether the worker said that everything in flight had finished."""
        lines = map(json.loads, self.worker.output().splitlines())
        return bool(next(line for line in lines if line["event"] == "worker_drained")["finished"])

    async def ended(self) -> str:
        """The status of the task, once both run again and it has ended."""
        await self.stack.engine.start()
        await self.worker.start()
        url = f"{self.stack.control_url}/control/instances/task-1?wait=30"
        async with aiohttp.ClientSession() as http, http.get(url) as answer:
            return str((await answer.json())["status"])

    def runs(self) -> Counter[str]:
        """How often each activity ran."""
        return Counter(execution.activity for execution in self.stack.ledger.executions("task-1"))


@pytest.mark.parametrize("arguments", [BLOCK, (*BLOCK, *HEALTH)], ids=["block", "block-and-health"])
async def test_behind_a_sidecar_that_waits_the_activity_in_flight_is_recorded_and_never_runs_again(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    pod = Pod(tmp_path, *arguments)
    try:
        await pod.start()
        worker_s, sidecar_s = await pod.stop()

        assert pod.drained()
        assert worker_s < GRACE_S
        assert worker_s < sidecar_s
        if arguments != BLOCK:
            assert sidecar_s < worker_s + 5

        assert await pod.ended() == "completed"
        assert pod.runs() == {"validate_task": 1, "assign_task": 1, "send_notification": 1}
    finally:
        await pod.stack.stop()


async def test_behind_a_sidecar_that_goes_first_the_exit_is_in_time_and_the_effect_happens_once(
    tmp_path: Path,
) -> None:
    """What daprd does by itself. The result cannot leave any more, so the activity runs again, under the same id."""
    pod = Pod(tmp_path)
    try:
        await pod.start()
        worker_s, sidecar_s = await pod.stop()

        assert sidecar_s < 2
        assert worker_s < GRACE_S + 4
        assert not pod.drained()

        assert await pod.ended() == "completed"
        assert pod.runs()["assign_task"] == 2
        assert len(pod.stack.ledger.effects("1")) == 1
    finally:
        await pod.stack.stop()
