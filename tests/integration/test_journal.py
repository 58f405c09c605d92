"""Who ran an activity: a worker that was killed in the middle of it is still seen to have tried."""

import socket
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest_asyncio

from tests.harness.stack import EngineKind, Stack
from tests.harness.waiting import until
from worker.adapters.documents import Documents
from worker.adapters.sidecar import Sidecar
from worker.journal.executions import decoded
from worker.journal.writing import key_of

_INSTANCE = "task-cut"


@pytest_asyncio.fixture
async def stack(kind: EngineKind, tmp_path: Path) -> AsyncIterator[Stack]:
    stack = Stack(tmp_path, engine=kind, delays_s={"assign_task": 1.5})
    await stack.start()
    yield stack
    await stack.stop()


@pytest_asyncio.fixture
async def documents(stack: Stack) -> AsyncIterator[Documents]:
    sidecar = Sidecar(host="127.0.0.1", port=stack.engine.grpc_port)
    yield Documents(sidecar, store="statestore")
    await sidecar.aclose()


async def _assignment(stack: Stack) -> list[dict[str, Any]]:
    """What the history says of the activity `assign_task`: its schedule and, in the end, its end."""
    async with aiohttp.ClientSession(stack.url) as http, http.get(f"/instances/{_INSTANCE}/history") as answer:
        events = (await answer.json())["events"] if answer.ok else []
    scheduled = [event for event in events if event["name"] == "assign_task"]
    ids = {event["event_id"] for event in scheduled}
    return scheduled + [event for event in events if event["scheduled_id"] in ids and event["type"] == "taskCompleted"]


async def _written(documents: Documents) -> int:
    """How many executions the store has."""
    return len(decoded((await documents.read([key_of(_INSTANCE)])).get(key_of(_INSTANCE), b"")))


def _name(stack: Stack) -> str:
    return f"{socket.gethostname()}-{stack.worker.pid}"


async def test_a_history_has_the_attempt_that_was_cut_off_and_the_one_that_completed(
    stack: Stack, documents: Documents
) -> None:
    body = {"task_id": "cut", "title": "Write", "assignee": "ada"}
    async with aiohttp.ClientSession(stack.url) as http, http.post("/tasks/process", json=body) as answer:
        assert answer.status == 202
    look, first = partial(_assignment, stack), _name(stack)
    (running,) = await until(look, what="assign_task runs", holds=lambda seen: bool(seen and seen[0]["worker"]))
    assert (running["worker"], running["attempt"], len(running["attempts"])) == (first, 1, 1)
    await until(partial(_written, documents), what="both executions are written", holds=lambda count: count == 2)
    stack.worker.kill()
    await stack.recover()

    scheduled, completed = await until(look, what="the next worker completes it", holds=lambda seen: len(seen) == 2)
    (cut,) = scheduled["attempts"]
    assert (cut["worker"], cut["attempt"], cut["ended_at"], cut["outcome"]) == (first, 1, None, None)
    assert (completed["worker"], completed["attempt"]) == (_name(stack), 2)
    assert cut["started_at"] < completed["started_at"] < completed["timestamp"]
    assert (scheduled["worker"], running["started_at"]) == (None, cut["started_at"])
