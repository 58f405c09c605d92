"""PostgreSQL as the state store, which is what the chart's README advises for production: nothing is lost there either.

The rest of the suite runs on Redis. What differs between stores is what these do: records that are written once, ETags,
times to live, and a store that dies with everything in flight.
"""

import aiohttp
import pytest

from tests.harness.candidates import Candidates
from tests.harness.market import Market, crash
from tests.harness.pipelines import Pipelines
from tests.harness.purchases import Purchases
from tests.harness.stack import Stack
from tests.harness.waiting import until

pytestmark = [
    pytest.mark.crash,
    pytest.mark.dapr,
    pytest.mark.postgresql,
    pytest.mark.timeout(240),
    pytest.mark.parametrize("engine_kind", ["dapr-on-postgresql"], indirect=True, ids=["postgresql"]),
]


@pytest.mark.parametrize("part", ["worker", "daprd", "postgresql"])
async def test_tasks_survive_a_kill_of_the(stack: Stack, part: str) -> None:
    async with Pipelines(stack) as pipelines:
        before, lost = await pipelines.crash(part)
        await pipelines.all_is_well(before)
        if part != "postgresql":
            pipelines.what_was_in_flight_ran_again(lost)


async def test_orders_and_applications_survive_a_kill_of_the_worker(market: Market) -> None:
    stack = market.stack
    async with Purchases(stack, market.shop) as orders, Candidates(stack) as applications:
        await orders.open()
        await crash(stack, stack.worker, orders, applications)


async def test_lists_workers_and_what_an_instance_waits_for_are_read_from_it(stack: Stack) -> None:
    async with Pipelines(stack) as pipelines, aiohttp.ClientSession(stack.url) as http:
        waiting = await pipelines.start("/tasks/process", _task(f"asks-{pipelines.run}", priority=9))
        done = await pipelines.start("/tasks/process", _task(f"done-{pipelines.run}"))

        async def listed() -> dict[str, str]:
            async with http.get("/instances", params={"limit": "200"}) as answer:
                return {each["instance_id"]: each["status"] for each in (await answer.json())["instances"]}

        await until(listed, what="both are listed", holds=lambda seen: _both(seen, waiting, done))
        async with http.get(f"/instances/{waiting}/why") as answer:
            assert (await answer.json())["verdict"] == "waiting_for_event"
        async with http.get("/workers") as answer:
            (worker,) = (await answer.json())["workers"]
        assert "assign_task" in worker["activities"]


def _task(task_id: str, **more: int) -> dict[str, object]:
    return {"task_id": task_id, "title": "Water the plants", "assignee": "ada", **more}


def _both(seen: dict[str, str], waiting: str, done: str) -> bool:
    return seen.get(waiting) == "running" and seen.get(done) == "completed"
