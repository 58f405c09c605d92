from typing import Any

import pytest

from tests.unit.api.fake_control import FakeControl, scheduled, view
from tests.unit.api.serving import Api

pytestmark = pytest.mark.asyncio(loop_scope="module")

TASK = {"task_id": "1", "title": "Write report", "assignee": "ada"}


async def test_a_task_is_started_under_its_own_id_and_the_caller_told_where_to_look(
    api: Api, worker: FakeControl
) -> None:
    answered = await api.post("/tasks/process", TASK)

    assert answered.status == 202
    assert answered.json == {"instance_id": "task-1", "status": "scheduled"}
    assert answered.headers["Location"] == "/tasks/task-1/status"
    assert worker.asked[0].path == "/control/workflows/task_processing_workflow/instances/task-1"
    assert worker.asked[0].body == TASK


@pytest.mark.parametrize("priority", [9, 9.0])
async def test_a_priority_travels_on_to_the_worker(api: Api, worker: FakeControl, priority: float) -> None:
    await api.post("/tasks/process", TASK | {"priority": priority})

    assert worker.asked[0].body == TASK | {"priority": 9}


@pytest.mark.parametrize("missing", [{}, {"title": None, "assignee": None}, {"title": "", "assignee": " "}])
async def test_a_missing_title_or_assignee_is_for_the_workflow_to_reject(
    api: Api, worker: FakeControl, missing: dict[str, Any]
) -> None:
    assert (await api.post("/tasks/process", {"task_id": "1", **missing})).status == 202


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "task_id"),
        ({"task_id": None}, "task_id"),
        ({"task_id": 1}, "task_id"),
        ({"task_id": ""}, "task_id"),
        ({"task_id": "a/b"}, "task_id"),
        ({"task_id": "a" * 101}, "task_id"),
        ({"task_id": "1\n"}, "task_id"),
        ({"task_id": ["1"]}, "task_id"),
        ({"task_id": "1", "title": 5}, "title"),
        ({"task_id": "1", "assignee": {}}, "assignee"),
        ({"task_id": "1", "priority": "high"}, "priority"),
        ({"task_id": "1", "priority": -1}, "priority"),
        ({"task_id": "1", "priority": "5"}, "priority"),
        ({"task_id": "1", "priority": 5.5}, "priority"),
        ({"task_id": "1", "priority": True}, "priority"),
        ({"task_id": "1", "priority": 11}, "priority"),
        ({"task_id": "1", "colour": "red"}, "colour"),
        ([], "body"),
        ("task", "body"),
        (None, "body"),
    ],
)
async def test_a_malformed_task_is_refused_with_the_field(api: Api, worker: FakeControl, body: Any, field: str) -> None:
    answered = await api.post("/tasks/process", body)

    assert answered.is_problem(422, "invalid_input")
    assert [error["field"] for error in answered.json["errors"]] == [field]
    assert answered.json["errors"][0]["message"]
    assert worker.asked == []


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"{'task_id': 1}",
        b"\xff\xfe",
        b'{"task_id": "\xe4"}',
        b"[" * 100_000,
        b'{"task_id": ' + b"1" * 5_000 + b"}",
    ],
    ids=["empty", "cut off", "not JSON", "not text", "not UTF-8", "nested too deeply", "a number too long"],
)
async def test_a_body_that_cannot_be_read_is_refused_as_such(api: Api, worker: FakeControl, raw: bytes) -> None:
    answered = await api.ask("POST", "/tasks/process", data=raw, headers={"Content-Type": "application/json"})

    assert answered.is_problem(422, "invalid_input")
    assert answered.json["errors"][0]["field"] == "body"


@pytest.mark.parametrize("content_type", ["text/plain", "application/x-www-form-urlencoded", "nonsense"])
async def test_a_body_that_is_not_said_to_be_json_is_refused_with_what_to_do(
    api: Api, worker: FakeControl, content_type: str
) -> None:
    """A form on a stranger's page can send such types without asking first; JSON it cannot."""
    answered = await api.ask("POST", "/tasks/process", data=b'{"task_id": "1"}', headers={"Content-Type": content_type})

    assert answered.is_problem(422, "invalid_input")
    assert "Content-Type: application/json" in answered.json["errors"][0]["message"]


async def test_names_of_wrong_fields_may_hold_anything_and_are_cut(api: Api, worker: FakeControl) -> None:
    fields = {"\ud800": 1, "x" * 10_000: 2, **{f"f{n}": n for n in range(5_000)}}
    answered = await api.post("/tasks/process", {"task_id": "1", **fields})

    assert answered.is_problem(422, "invalid_input")
    assert len(answered.body) < 10_000


async def test_a_running_task_shows_its_status_alone(api: Api, worker: FakeControl) -> None:
    worker.script(view(input=TASK, output=None, failure=None))

    answered = await api.get("/tasks/task-1/status")

    assert answered.status == 200
    assert answered.json == {"instance_id": "task-1", "status": "running"}


async def test_a_completed_task_shows_its_output(api: Api, worker: FakeControl) -> None:
    output = {"task_id": "1", "status": "rejected", "message": "Missing title"}
    worker.script(view(status="completed", output=output))

    answered = await api.get("/tasks/task-1/status")

    assert answered.json == {"instance_id": "task-1", "status": "completed", "output": output}


async def test_a_failed_task_shows_its_reason_without_the_stack(api: Api, worker: FakeControl) -> None:
    failure = {"type": "NotificationError", "message": "The receiver answered 500", "stack": "Traceback ..."}
    worker.script(view(status="failed", failure=failure))

    answered = await api.get("/tasks/task-1/status")

    expected = {"type": "NotificationError", "message": "The receiver answered 500"}
    assert answered.json == {"instance_id": "task-1", "status": "failed", "failure": expected}


async def test_an_instance_of_another_workflow_is_no_task(api: Api, worker: FakeControl) -> None:
    worker.script(view(instance_id="order-1", workflow="order_workflow"))

    answered = await api.get("/tasks/order-1/status")

    assert answered.is_problem(404, "instance_not_found")
    assert answered.json["instance_id"] == "order-1"


async def test_a_status_that_a_newer_worker_has_more_to_say_about_is_still_shown(api: Api, worker: FakeControl) -> None:
    """While a rollout is under way, worker and API are not of one version."""
    worker.script(view(status="running", region="eu", input=None))

    assert (await api.get("/tasks/task-1/status")).json == {"instance_id": "task-1", "status": "running"}


async def test_text_in_any_script_reaches_the_workflow_as_it_was_sent(api: Api, worker: FakeControl) -> None:
    worker.script(scheduled())
    task = {"task_id": "1", "title": "Отчёт 📄 \u0000", "assignee": "王"}

    await api.post("/tasks/process", task)

    assert worker.asked[0].body == task
