"""Without tracing nothing of it is loaded, and a collector that is away costs nobody anything."""

import asyncio
import socket
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import aiohttp
import pytest

from tests.harness.ports import free_port
from tests.harness.stack import Stack

SLOW_S: Final = 1.0
"""An export that is not answered is given up after ten seconds; a request that had waited for one would be far over."""


async def test_processes_that_were_given_no_endpoint_load_nothing_that_could_trace(tmp_path: Path) -> None:
    stack = Stack(tmp_path, engine="embedded", env={"PYTHONPROFILEIMPORTTIME": "1"})
    await stack.start()
    await _process(stack, 1)
    outputs = [stack.worker.output(), stack.api.output()]
    await stack.stop()

    for output in outputs:
        assert "opentelemetry.trace" in output, (
            "the API, which FastAPI and the Dapr SDK load, shows that imports are seen"
        )
        assert "opentelemetry.sdk" not in output
        assert "opentelemetry.exporter" not in output


@pytest.fixture(params=["refuses", "never answers"])
def deaf_port(request: pytest.FixtureRequest) -> Iterator[int]:
    """A port where nobody listens, or where somebody accepts connections and says nothing."""
    if request.param == "refuses":
        yield free_port()
        return
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


async def test_a_collector_that_is_away_slows_no_request_and_holds_up_no_end(tmp_path: Path, deaf_port: int) -> None:
    stack = Stack(tmp_path, engine="embedded", otlp_port=deaf_port)
    await stack.start()
    took_s = await _process(stack, 10)
    begun = time.monotonic()
    for process in (stack.worker, stack.api):
        process.terminate()
    exits = await asyncio.gather(stack.worker.wait_exit(), stack.api.wait_exit())
    ended_s = time.monotonic() - begun
    await stack.stop()

    assert max(took_s) < SLOW_S
    assert exits == [0, 0]
    assert ended_s < 8  # two seconds of it for the last spans


async def _process(stack: Stack, count: int) -> list[float]:
    """Process tasks to their ends, one after the other; the seconds that each start took to be answered."""
    took_s = []
    async with aiohttp.ClientSession(stack.url) as http:
        for number in range(count):
            body = {"task_id": str(number), "title": "Write", "assignee": "ada"}
            begun = time.monotonic()
            async with http.post("/tasks/process", json=body) as answer:
                assert answer.status == 202, await answer.text()
            took_s.append(time.monotonic() - begun)
            async with http.get(f"/instances/task-{number}", params={"wait": "30s"}) as answer:
                assert (await answer.json())["status"] == "completed"
    return took_s
