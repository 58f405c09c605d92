"""The task pipeline over HTTP, with the whole system as processes, on both engines."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from tests.harness.stack import EngineKind, Stack

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Pipeline:
    """The API as a client sees it."""

    def __init__(self, stack: Stack, http: aiohttp.ClientSession) -> None:
        self.stack = stack
        self._http = http

    async def process(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Process a task and give the answer's status and body."""
        async with self._http.post("/tasks/process", json=body) as answer:
            return answer.status, await answer.json()

    async def ended(self, body: dict[str, Any]) -> dict[str, Any]:
        """Process a task and give its status once the workflow has ended."""
        status, started = await self.process(body)
        assert status == 202, started
        async with self._http.get(f"/instances/{started['instance_id']}", params={"wait": "60s"}) as answer:
            assert answer.status == 200, await answer.text()
        async with self._http.get(f"/tasks/{started['instance_id']}/status") as answer:
            ended: dict[str, Any] = await answer.json()
            return ended

    async def history(self, instance_id: str) -> list[dict[str, Any]]:
        """What the engine recorded for an instance."""
        async with self._http.get(f"/instances/{instance_id}/history") as answer:
            events: list[dict[str, Any]] = (await answer.json())["events"]
            return events


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def pipeline(kind: EngineKind, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Pipeline]:
    stack = Stack(tmp_path_factory.mktemp(kind), engine=kind)
    await stack.start()
    async with aiohttp.ClientSession(stack.url) as http:
        yield Pipeline(stack, http)
    await stack.stop()


async def test_a_task_is_validated_assigned_and_announced_once(pipeline: Pipeline) -> None:
    status = await pipeline.ended({"task_id": "whole", "title": "Write the report", "assignee": "ada"})
    assert status == {
        "instance_id": "task-whole",
        "status": "completed",
        "output": {"task_id": "whole", "status": "completed", "message": "Task whole assigned to ada"},
    }
    (delivery,) = pipeline.stack.receiver.deliveries("whole")
    assert delivery.body == {"task_id": "whole", "assignee": "ada", "text": "You were assigned: Write the report"}
    sent = next(e for e in await pipeline.history("task-whole") if e.get("name") == "send_notification")
    assert delivery.key == sent["task_execution_id"]


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        ({"task_id": "r1", "assignee": "ada"}, "Missing title"),
        ({"task_id": "r2", "title": "", "assignee": "ada"}, "Missing title"),
        ({"task_id": "r3", "title": " \t", "assignee": "ada"}, "Missing title"),
        ({"task_id": "r4", "title": "Write"}, "Missing assignee"),
        ({"task_id": "r5", "title": "Write", "assignee": None}, "Missing assignee"),
    ],
    ids=["no title", "empty title", "blank title", "no assignee", "null assignee"],
)
async def test_a_task_that_lacks_something_is_rejected_without_effects(
    pipeline: Pipeline, body: dict[str, Any], problem: str
) -> None:
    task_id = body["task_id"]
    status = await pipeline.ended(body)
    assert status["status"] == "completed"
    assert status["output"] == {"task_id": task_id, "status": "rejected", "message": problem}
    assert {e.activity for e in pipeline.stack.ledger.executions(f"task-{task_id}")} == {"validate_task"}
    assert not pipeline.stack.receiver.deliveries(task_id)


async def test_a_receiver_that_fails_twice_is_tried_again_with_the_same_key(pipeline: Pipeline) -> None:
    await pipeline.stack.receiver.switch(fail=2)
    status = await pipeline.ended({"task_id": "flaky", "title": "Write", "assignee": "ada"})
    assert status["status"] == "completed"
    refused, accepted = pipeline.stack.receiver.refusals("flaky"), pipeline.stack.receiver.deliveries("flaky")
    assert (len(refused), len(accepted)) == (2, 1)
    assert {delivery.key for delivery in (*refused, *accepted)} == {accepted[0].key}


async def test_a_receiver_that_takes_the_request_and_never_answers_gets_it_again_with_the_same_key(
    pipeline: Pipeline,
) -> None:
    await pipeline.stack.receiver.switch(hang=1)
    status = await pipeline.ended({"task_id": "silent", "title": "Write", "assignee": "ada"})
    assert status["status"] == "completed"
    assert len(pipeline.stack.receiver.deliveries("silent")) == 2
    assert len(pipeline.stack.receiver.effects("silent")) == 1


async def test_a_receiver_that_keeps_failing_fails_the_workflow_with_its_answer_as_the_reason(
    pipeline: Pipeline,
) -> None:
    await pipeline.stack.receiver.switch(fail=1_000)
    status = await pipeline.ended({"task_id": "broken", "title": "Write", "assignee": "ada"})
    await pipeline.stack.receiver.switch()
    assert status["status"] == "failed"
    assert "500" in status["failure"]["message"], status
    refusals = pipeline.stack.receiver.refusals("broken")
    assert len(refusals) == 5
    pauses = [later.at - earlier.at for earlier, later in pairwise(refusals)]
    assert all(pause >= wanted for pause, wanted in zip(pauses, (1, 2, 4, 8), strict=True)), pauses
    assert not pipeline.stack.receiver.deliveries("broken")


async def test_starting_twice_is_one_instance_and_another_input_is_refused(pipeline: Pipeline) -> None:
    body = {"task_id": "twice", "title": "Write", "assignee": "ada"}
    answers = await asyncio.gather(*(pipeline.process(body) for _ in range(10)))
    assert {status for status, _ in answers} == {202}
    await pipeline.ended(body)
    assert (await pipeline.process(body))[0] == 202
    status, problem = await pipeline.process(body | {"title": "Read"})
    assert (status, problem["code"], problem["instance_id"]) == (409, "instance_exists", "task-twice")
    assert len(pipeline.stack.ledger.executions("task-twice", "validate_task")) == 1
    assert len(pipeline.stack.receiver.deliveries("twice")) == 1
