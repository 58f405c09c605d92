"""A load in which everything happens that the dashboard and the alerts tell about."""

import asyncio
import time
from typing import Any, Final
from uuid import uuid4

import aiohttp

from durably.contracts.ids import task_instance_id
from durably.contracts.names import TASK_PROCESSING
from durably.domain.policies import OUTBOUND
from tests.harness.processes import Process
from tests.harness.waiting import until
from tests.monitoring.sites import Site

_WAIT: Final = "30s"
_ENDED: Final = {"completed", "failed"}


class Load:
    """Tasks that succeed, are rejected, need retries and fail, and requests that are refused.

    Args:
        site: What the load is put on.
    """

    def __init__(self, site: Site) -> None:
        self._site = site
        self.begun = time.time()

    async def everything(self) -> None:
        """All of it, once; takes as long as the retries of a notification that is never taken."""
        await self.tasks(10)
        await self.refused_requests()
        await self.workflows_fail(1)
        await self.tasks(5)

    async def tasks(self, count: int, *, pause_s: float = 0.1) -> None:
        """Tasks that succeed, one after the other, the last one rejected."""
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                group.create_task(self._task(assignee="" if number == count - 1 else "ada"))
                await asyncio.sleep(pause_s)

    async def refused_requests(self) -> None:
        """Requests that the API refuses: a field is missing, there is no such instance, no such workflow."""
        async with aiohttp.ClientSession(self._site.url) as session:
            answers = [
                await session.post("tasks/process", json={"title": "no id"}),
                await session.get("instances/task-nobody"),
                await session.post("workflows/nothing", json={"input": {}}),
                await session.post(f"workflows/{TASK_PROCESSING}", json={"input": {"title": 7}}),
            ]
            assert [answer.status for answer in answers] == [422, 404, 404, 422]
            for answer in answers:
                answer.release()

    async def workflows_fail(self, count: int) -> None:
        """The receiver refuses notifications until their retries are used up."""
        await self._site.refuse(notifications=count * OUTBOUND.max_attempts)
        try:
            assert await asyncio.gather(*(self._task() for _ in range(count))) == ["failed"] * count
        finally:
            await self._site.refuse(notifications=0)

    async def outage(self, process: Process) -> None:
        """A start is refused while a part that starting needs is away."""
        process.kill()
        async with aiohttp.ClientSession(self._site.url) as session:
            body = {"task_id": f"mon-{uuid4().hex[:8]}", "title": "Look", "assignee": "ada"}
            for _ in range(2):
                async with session.post("tasks/process", json=body) as answer:
                    assert answer.status == 503
        await process.start()

    async def _task(self, *, assignee: str = "ada") -> str:
        task_id = f"mon-{uuid4().hex[:8]}"
        async with aiohttp.ClientSession(self._site.url) as session:
            body = {"task_id": task_id, "title": "Look", "assignee": assignee}

            async def start() -> int:
                async with session.post("tasks/process", json=body) as answer:
                    return answer.status

            await until(start, what=f"{task_id} is accepted", timeout_s=60, holds=lambda status: status == 202)

            async def look() -> dict[str, Any]:
                address = f"instances/{task_instance_id(task_id)}"
                async with session.get(address, params={"wait": _WAIT}, raise_for_status=True) as answer:
                    found: dict[str, Any] = await answer.json()
                    return found

            # What is away for a moment is asked again, as clients do.
            ended = await until(
                look,
                what=f"{task_id} has ended",
                timeout_s=120,
                holds=lambda view: view["status"] in _ENDED,
                retry_on=(aiohttp.ClientResponseError,),
            )
        return str(ended["status"])
