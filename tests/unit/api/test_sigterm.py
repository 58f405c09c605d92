"""The end of the process, from the outside."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from aiohttp import web

from tests.harness.ports import free_port
from tests.harness.processes import Process
from tests.harness.waiting import true, until
from tests.unit.api.api_process import api_process
from tests.unit.api.fake_control import FakeControl, json_answer, view


@pytest_asyncio.fixture
async def control() -> AsyncIterator[FakeControl]:
    worker = FakeControl()
    await worker.start()
    yield worker
    await worker.stop()


@pytest_asyncio.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


class Running:
    """The API as a process, and where it listens."""

    def __init__(self, process: Process, url: str) -> None:
        self.process = process
        self.url = url


Start = Callable[..., Any]


@pytest_asyncio.fixture
async def start(tmp_path: Path, control: FakeControl) -> AsyncIterator[Start]:
    """Starts the API; whatever still runs after the test is stopped."""
    started: list[Process] = []

    async def run(**settings: object) -> Running:
        port = free_port()
        env = {f"DURABLY_API_{name.upper()}": str(value) for name, value in settings.items()}
        process = api_process(tmp_path, port=port, env={"DURABLY_API_CONTROL_URL": control.url, **env})
        started.append(process)
        await process.start()
        return Running(process, f"http://127.0.0.1:{port}")

    yield run
    for process in started:
        process.kill()


async def status_of(session: aiohttp.ClientSession, url: str) -> tuple[int, Any, str | None]:
    async with session.get(url) as response:
        return response.status, await response.json(content_type=None), response.headers.get("Retry-After")


async def asked(control: FakeControl) -> None:
    await until(true(lambda: len(control.asked)), what="the worker was asked")


async def test_an_idle_process_ends_at_once_with_exit_code_0(start: Start) -> None:
    api = await start()
    begun = time.monotonic()

    api.process.terminate()

    assert await api.process.wait_exit() == 0
    assert time.monotonic() - begun < 5
    assert '"event":"api_stopped"' in api.process.output()
    assert "Traceback" not in api.process.output()


async def test_a_running_request_is_finished_before_the_process_ends(
    start: Start, control: FakeControl, session: aiohttp.ClientSession
) -> None:
    go = asyncio.Event()

    async def slow(request: web.Request) -> web.StreamResponse:
        await go.wait()
        return await view(status="completed")(request)

    control.script(slow)
    api = await start()
    polling = asyncio.create_task(status_of(session, f"{api.url}/instances/task-1?wait=30s"))
    await asked(control)

    api.process.terminate()
    await until(lambda: refuses(api.url), what="no connection is accepted any more")
    go.set()

    status, body, _ = await polling
    assert (status, body["status"]) == (200, "completed")
    assert await api.process.wait_exit() == 0


async def refuses(url: str) -> bool:
    with suppress(OSError):
        _, writer = await asyncio.open_connection("127.0.0.1", int(url.rpartition(":")[2]))
        writer.close()
        return False
    return True


async def test_a_long_poll_that_would_outlive_the_grace_period_is_answered_503(
    start: Start, control: FakeControl, session: aiohttp.ClientSession
) -> None:
    control.script(control.hangs)
    api = await start(shutdown_grace_s=1)
    polling = asyncio.create_task(status_of(session, f"{api.url}/instances/task-1?wait=30s"))
    await asked(control)
    begun = time.monotonic()

    api.process.terminate()

    status, body, retry_after = await polling
    assert (status, body["code"]) == (503, "unavailable")
    assert retry_after
    assert await api.process.wait_exit() == 0
    assert time.monotonic() - begun < 6


async def test_during_the_delay_it_is_not_ready_and_still_answers(
    start: Start, control: FakeControl, session: aiohttp.ClientSession
) -> None:
    control.script(json_answer({"workflows": []}))
    api = await start(shutdown_delay_s=2)
    assert (await status_of(session, f"{api.url}/readyz"))[0] == 200

    api.process.terminate()

    async def readiness() -> int:
        return (await status_of(session, f"{api.url}/readyz"))[0]

    await until(readiness, what="it is not ready", holds=lambda status: status == 503, timeout_s=2)
    assert (await status_of(session, f"{api.url}/workflows"))[0] == 200
    assert await api.process.wait_exit() == 0


@pytest.mark.parametrize("times", [2, 3])
async def test_being_told_more_than_once_changes_nothing(start: Start, times: int) -> None:
    api = await start(shutdown_delay_s=0.5)

    for _ in range(times):
        api.process.terminate()

    assert await api.process.wait_exit() == 0
    assert "Traceback" not in api.process.output()
