"""Stepping through a history, as the control API answers."""

from typing import Any

import pytest

from tests.replay.recorder import HISTORIES
from tests.replay.test_released_versions import read
from tests.unit.worker.asking import Client, problem_of
from tests.unit.worker.fake_engine import FakeEngine

REPLAY = "/control/instances/greet-1/replay"


@pytest.mark.parametrize("events", [(), ({"eventId": -1, "workflowStarted": {}},)])
async def test_a_history_in_which_nothing_has_begun_has_no_steps(
    client: Client, engine: FakeEngine, events: tuple[dict[str, Any], ...]
) -> None:
    engine.inputs["greet-1"] = {}
    engine.recorded = events

    async with client.get(REPLAY) as response:
        told = await response.json()

    assert response.status == 200
    assert (told["rehearsal"]["steps"], told["source"]) == ([], None)


async def test_a_workflow_that_the_worker_has_not_got_is_what_differs(client: Client, engine: FakeEngine) -> None:
    engine.inputs["greet-1"] = {}
    engine.recorded = read(HISTORIES / "task_processing_workflow.v2.task_done.embedded.json").events

    async with client.get(REPLAY) as response:
        told = await response.json()

    assert told["rehearsal"]["divergence"]["kind"] == "workflow_gone"
    assert (told["rehearsal"]["steps"], told["source"]) == ([], None)


async def test_a_history_that_nobody_would_step_through_is_refused(client: Client, engine: FakeEngine) -> None:
    engine.inputs["greet-1"] = {}
    engine.recorded = ({"eventId": -1, "workflowStarted": {}},) * 1_001

    status, problem, _ = await problem_of(client, REPLAY, method="GET")

    assert (status, problem["code"], problem["instance_id"]) == (413, "history_too_long", "greet-1")
    assert "1,001 events" in problem["detail"]
    assert "durably replay" in problem["detail"]
    engine.recorded = engine.recorded[:1_000]
    async with client.get(REPLAY) as response:
        assert response.status == 200


async def test_what_is_not_there_cannot_be_stepped_through(client: Client) -> None:
    status, problem, _ = await problem_of(client, REPLAY, method="GET")

    assert (status, problem["code"]) == (404, "instance_not_found")
