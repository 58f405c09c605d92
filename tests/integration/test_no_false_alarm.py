"""A thousand workflows under load, and many who ask why: nothing that is healthy is called anything else."""

import asyncio
import itertools
import re
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.harness.stack import EngineKind, Stack

MANY = 1_000
STARTERS = 20
ASKERS = 6
_STRIDE = 7_919
"""A prime, so that those who ask go through all instances and not through neighbours."""
_ENV = {
    # Fewer places than work, and little patience: most of it waits in a queue for longer than may be lost.
    "DURABLY_WORKER_MAX_ACTIVITIES": "40",
    "DURABLY_WORKER_DISPATCH_LOST_AFTER_S": "5",
    "DURABLY_WORKER_CENSUS_INTERVAL_S": "2",
}
_BUSY = {"engine_timeout", "engine_unavailable", "worker_timeout", "no_worker"}
"""What an engine under load answers to a start, or a wait, that is then asked for again."""

_SHOWN = re.compile(r'durably_instances_by_verdict\{verdict="(\w+)",workflow="\w+"\} ([0-9.]+)')


@pytest_asyncio.fixture
async def stack(kind: EngineKind, tmp_path: Path) -> AsyncIterator[Stack]:
    stack = Stack(tmp_path, engine=kind, worker_module="tests.integration.managed_worker", env=_ENV)
    await stack.start()
    yield stack
    await stack.stop()


@pytest.mark.timeout(300)
async def test_in_a_thousand_workflows_under_load_nothing_healthy_is_called_stuck(stack: Stack) -> None:
    started, waiting, answers, slow = list[str](), [f"load-{n}" for n in range(MANY)], list[Any](), list[float]()
    ended, turn = asyncio.Event(), itertools.count()
    async with aiohttp.ClientSession(stack.url) as http:

        async def start() -> None:
            while waiting:
                each = waiting.pop()
                url = f"{stack.control_url}/control/workflows/two_naps/instances/{each}"
                while (await _asked(http, "POST", url, json={"seconds": 0.2})).get("code") in _BUSY:
                    pass
                started.append(each)

        async def ask() -> None:
            loop = asyncio.get_running_loop()
            while not ended.is_set():
                if not started:
                    await asyncio.sleep(0.01)
                    continue
                begun = loop.time()
                async with http.get(f"/instances/{started[next(turn) * _STRIDE % len(started)]}/why") as answer:
                    assert answer.status == 200, await answer.text()
                    answers.append(await answer.json())
                slow.append(loop.time() - begun)

        async def finish() -> None:
            await asyncio.gather(*(start() for _ in range(STARTERS)))
            for each in started:
                while (view := await _asked(http, "GET", f"/instances/{each}?wait=55s")).get("code") in _BUSY:
                    pass
                assert view["status"] == "completed"
            ended.set()

        await asyncio.gather(finish(), *(ask() for _ in range(ASKERS)))
    verdicts = Counter(each["verdict"] for each in answers)
    assert [each for each in answers if not each["healthy"]] == []
    assert verdicts["activity_running"] > 0
    assert verdicts["on_its_way"] > 0
    assert max(slow) < 5
    assert await _alarms(stack) == {}


async def _asked(http: aiohttp.ClientSession, method: str, url: str, **options: Any) -> dict[str, Any]:
    async with http.request(method, url, **options) as answer:
        found: dict[str, Any] = await answer.json(content_type=None)
    return found


async def _alarms(stack: Stack) -> dict[str, float]:
    """How many the metric says are not healthy, of each verdict that says so."""
    async with aiohttp.ClientSession(stack.probe_url) as http, http.get("/metrics") as answer:
        shown = _SHOWN.findall(await answer.text())
    assert shown
    healthy = {"on_its_way", "activity_running", "finished"}
    return {verdict: float(count) for verdict, count in shown if verdict not in healthy and float(count)}
