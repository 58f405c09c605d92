"""What API and worker say of a missing part, on real Dapr: as in a cluster, each has a sidecar of its own."""

import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.harness.processes import Process, answers
from tests.harness.stack import Stack
from tests.harness.waiting import until

pytestmark = pytest.mark.dapr

TASK = {"task_id": "1", "title": "Write the report", "assignee": "ada"}


class Deployed:
    """Dapr with both sidecars, and the API and the worker to be started."""

    def __init__(self, stack: Stack, http: aiohttp.ClientSession) -> None:
        self.stack = stack
        self._http = http
        self.api = _living(stack.api, f"{stack.url}/livez")
        self.worker = _living(stack.worker, f"{stack.probe_url}/livez")

    async def checks(self, url: str) -> tuple[int, dict[str, Any]]:
        """The status of /readyz and what each ping found."""
        async with self._http.get(f"{url}/readyz") as answer:
            checks: dict[str, Any] = (await answer.json())["checks"]
            return answer.status, checks

    async def ready(self, url: str) -> bool:
        """Whether it says that it is ready."""
        return (await self.checks(url))[0] == 200

    async def process(self) -> tuple[int, str, str | None]:
        """Process a task: status, code of the problem, `Retry-After`."""
        async with self._http.post(f"{self.stack.url}/tasks/process", json=TASK) as answer:
            return answer.status, (await answer.json()).get("code", ""), answer.headers.get("Retry-After")


def _living(process: Process, url: str) -> Process:
    """The same process, which counts as started when it lives: whether it is ready is what is looked at here."""
    return Process(process.name, process.command, log=process.log, env=process.env, ready=answers(url))


@pytest.fixture
async def deployed(tmp_path: Path) -> AsyncIterator[Deployed]:
    stack = Stack(tmp_path, engine="dapr")
    await stack.receiver.process.start()
    await stack.engine.start()
    async with aiohttp.ClientSession() as http:
        deployed = Deployed(stack, http)
        yield deployed
        await deployed.api.stop()
        await deployed.worker.stop()
    await stack.stop()


async def test_an_api_without_a_worker_is_ready_and_answers_503_with_retry_after(deployed: Deployed) -> None:
    await deployed.api.start()
    await until(lambda: deployed.ready(deployed.stack.url), what="the API is ready")

    async def refused() -> tuple[int, str, str | None]:
        began = time.monotonic()
        answer = await deployed.process()
        assert time.monotonic() - began < 5
        return answer

    assert await refused() == (503, "no_worker", "2")
    deployed.stack.engine.front.kill()  # and without the worker's sidecar, which the API's knocks at for longer
    assert await refused() == (503, "worker_timeout", "2")
    assert await deployed.ready(deployed.stack.url)


async def test_an_api_without_its_sidecar_is_not_ready_until_it_is_back(deployed: Deployed) -> None:
    sidecar = deployed.stack.engine.parts["daprd-api"]
    await deployed.api.start()
    await until(lambda: deployed.ready(deployed.stack.url), what="the API is ready")
    sidecar.kill()

    status, checks = await deployed.checks(deployed.stack.url)

    assert status == 503
    assert {name for name, check in checks.items() if not check["ok"]} == {"sidecar"}
    assert "was the pod injected?" in checks["sidecar"]["detail"]
    await sidecar.start()
    await until(lambda: deployed.ready(deployed.stack.url), what="the API is ready again", timeout_s=5)


async def test_a_worker_without_its_sidecar_is_not_ready_and_says_what_to_look_at(deployed: Deployed) -> None:
    deployed.stack.engine.front.kill()
    await deployed.worker.start()

    status, checks = await deployed.checks(deployed.stack.probe_url)

    assert status == 503
    assert {name for name, check in checks.items() if not check["ok"]} == {"work_stream", "engine"}
    port = deployed.stack.engine.grpc_port
    assert checks["engine"]["detail"].startswith(f"no sidecar, or other engine, answers on 127.0.0.1:{port} (")
    assert "dapr.io/enabled" in checks["engine"]["detail"]
    await deployed.stack.engine.front.start()
    await until(lambda: deployed.ready(deployed.stack.probe_url), what="the worker is ready", timeout_s=10)
