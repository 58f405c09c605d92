"""The index in a worker process: killed while it writes, compared with the engine, and retention with it."""

import asyncio
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.harness.stack import EngineKind, Stack
from tests.harness.waiting import until


@pytest_asyncio.fixture
async def stack(kind: EngineKind, tmp_path: Path) -> AsyncIterator[Stack]:
    env = {"DURABLY_WORKER_CENSUS_INTERVAL_S": "0.5"}
    stack = Stack(tmp_path, engine=kind, env=env, delays_s={"assign_task": 0.5})
    await stack.start()
    yield stack
    await stack.stop()


async def _start(stack: Stack, count: int) -> list[str]:
    async with aiohttp.ClientSession(stack.url) as http:

        async def start(number: int) -> str:
            body = {"task_id": str(number), "title": "Write", "assignee": "ada"}
            async with http.post("/tasks/process", json=body) as answer:
                return str((await answer.json())["instance_id"])

        return list(await asyncio.gather(*map(start, range(count))))


async def _statuses(stack: Stack) -> dict[str, str]:
    async with (
        aiohttp.ClientSession(stack.control_url) as http,
        http.get("/control/instances?limit=500") as answer,
    ):
        return {each["instance_id"]: each["status"] for each in (await answer.json())["instances"]}


async def _index(stack: Stack, method: str, path: str) -> dict[str, Any]:
    async with aiohttp.ClientSession(stack.control_url) as http, http.request(method, path) as answer:
        assert answer.ok, await answer.text()
        found: dict[str, Any] = await answer.json()
        return found


async def test_a_worker_that_is_killed_lists_everything_when_it_is_back(stack: Stack) -> None:
    started = await _start(stack, 30)
    stack.worker.kill()
    await stack.worker.start()

    wanted = dict.fromkeys(started, "completed")
    retry_on = (aiohttp.ClientError, KeyError)  # while it is not there, and while it reads
    await until(
        partial(_statuses, stack),
        what="all are listed",
        timeout_s=40,
        holds=lambda seen: seen == wanted,
        retry_on=retry_on,
    )

    begun = await _index(stack, "POST", "/control/index/rebuild")
    assert begun["rebuilding"]
    state = partial(_index, stack, "GET", "/control/index")
    after = await until(state, what="it is compared", holds=lambda seen: not seen["rebuilding"])
    assert after == begun | {"instances": 30, "rebuilding": False}


@pytest.mark.embedded_only
async def test_what_ended_is_purged_after_its_time(tmp_path: Path) -> None:
    env = {"DURABLY_WORKER_RETENTION_S": "0.2", "DURABLY_WORKER_RETENTION_INTERVAL_S": "0.1"}
    stack = Stack(tmp_path, engine="embedded", env=env)
    await stack.start()
    [started] = await _start(stack, 1)

    async def look() -> int:
        async with aiohttp.ClientSession(stack.url) as http, http.get(f"/instances/{started}") as answer:
            return answer.status

    await until(look, what="the instance is gone", holds=lambda status: status == 404)
    assert await _statuses(stack) == {}
    await stack.stop()
