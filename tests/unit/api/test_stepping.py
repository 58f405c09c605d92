"""Stepping through a history, as the API passes it on."""

import pytest

from durably.contracts.refusals import HistoryTooLongError
from tests.unit.api.fake_control import FakeControl, json_answer, problem
from tests.unit.api.serving import Api

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_a_replayed_history_is_shown_as_the_worker_shows_it(api: Api, worker: FakeControl) -> None:
    replayed = {"rehearsal": {"instance_id": "i", "workflow": ""}, "source": None}
    worker.script(json_answer(replayed))

    answered = await api.get("/instances/i/replay")

    assert (answered.status, answered.json) == (200, replayed)
    assert worker.asked[0].path == "/control/instances/i/replay"


async def test_a_history_that_is_too_long_is_refused_as_the_worker_refuses_it(api: Api, worker: FakeControl) -> None:
    worker.script(problem(HistoryTooLongError("The history has 1,001 events.", instance_id="i")))

    assert (await api.get("/instances/i/replay")).is_problem(413, "history_too_long")
