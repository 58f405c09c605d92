"""Who did what: the line in the log, the identity that the worker is told, and what never gets there."""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest
import pytest_asyncio
import structlog

from api.security.callers import Role
from api.security.identity import Believed
from durably.contracts.errors import InstanceNotFoundError, InvalidInputError
from tests.unit.api.fake_control import FakeControl, json_answer, problem, scheduled, view
from tests.unit.api.keyholders import Keyholder, entries
from tests.unit.api.serving import Answered, Api, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

ADA: Final = Keyholder("ada")
EVE: Final = Keyholder("eve", Role.VIEWER)
TASK: Final = {"task_id": "7", "title": "Write report", "assignee": "ada"}
REQUESTED: Final = json_answer({"instance_id": "task-7", "requested": "pause"}, status=202)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def guarded(listening_worker: FakeControl) -> AsyncIterator[Api]:
    """The API that asks for keys."""
    async with serving(control_url=listening_worker.url, auth="keys", keys=entries(ADA, EVE)) as api:
        yield api


async def told(api: Api, method: str, path: str, **options: Any) -> tuple[Answered, list[dict[str, Any]]]:
    """An answer, and the audit log's lines of it."""
    with structlog.testing.capture_logs() as lines:
        answer = await api.ask(method, path, **options)
    return answer, [dict(line) for line in lines if line["event"] == "audit"]


async def test_a_change_is_one_line_with_who_what_and_what_came_of_it(guarded: Api, worker: FakeControl) -> None:
    worker.script(REQUESTED)

    answer, lines = await told(
        guarded, "POST", "/instances/task-7/pause", headers={**ADA.headers, "X-Request-Id": "r-1"}
    )

    assert answer.headers["X-Request-Id"] == "r-1"
    assert lines == [
        {
            "event": "audit",
            "log_level": "info",
            "who": "ada",
            "role": "operator",
            "method": "POST",
            "route": "/instances/{instance_id}/pause",
            "instance_id": "task-7",
            "status": 202,
            "request_id": "r-1",
        }
    ]


async def test_a_start_names_the_instance_that_it_made(guarded: Api, worker: FakeControl) -> None:
    worker.script(scheduled("task-7"))

    _, (line,) = await told(guarded, "POST", "/tasks/process", json=TASK, headers=ADA.headers)
    assert line["instance_id"] == "task-7"

    _, (line,) = await told(guarded, "POST", "/workflows/any", json={"input": {}}, headers=ADA.headers)
    assert line["instance_id"]


async def test_a_start_that_ended_while_it_was_waited_for_names_its_instance(guarded: Api, worker: FakeControl) -> None:
    worker.script(view(instance_id="w-1", status="completed"))

    body = {"input": {}, "instance_id": "w-1"}
    answer, (line,) = await told(guarded, "POST", "/workflows/any?wait=1s", json=body, headers=ADA.headers)

    assert (answer.status, line["instance_id"]) == (200, "w-1")


async def test_reading_leaves_no_line(guarded: Api, worker: FakeControl) -> None:
    worker.script(view())

    assert (await told(guarded, "GET", "/instances/task-1", headers=EVE.headers))[1] == []


async def test_what_failed_is_a_line_as_well(guarded: Api, worker: FakeControl) -> None:
    worker.script(problem(InstanceNotFoundError("gone")))

    _, (line,) = await told(guarded, "DELETE", "/instances/i-9", headers=ADA.headers)

    assert (line["status"], line["instance_id"]) == (404, "i-9")


@pytest.mark.parametrize("method", ["GET", "DELETE"])
async def test_every_refusal_is_a_line_even_of_reading(guarded: Api, method: str) -> None:
    bob = Keyholder("bob")

    _, (unknown,) = await told(guarded, method, "/instances/i-9", headers=bob.headers)
    assert (unknown["who"], unknown["status"], unknown["instance_id"]) == (None, 401, "i-9")

    only_approver = Keyholder("pat", Role.APPROVER)
    async with serving(auth="keys", keys=entries(only_approver)) as api:
        _, (known,) = await told(api, method, "/instances/i-9", headers=only_approver.headers)
    assert (known["who"], known["status"]) == ("pat", 403)


async def test_no_token_gets_into_any_line_or_answer(guarded: Api, worker: FakeControl) -> None:
    worker.script(REQUESTED)
    bob = Keyholder("bob")

    with structlog.testing.capture_logs() as lines:
        answers = [
            await guarded.ask("POST", "/instances/i/pause", headers=holder.headers) for holder in (ADA, EVE, bob)
        ]

    assert [answer.status for answer in answers] == [202, 403, 401]
    seen = json.dumps(lines, default=repr) + "".join(f"{a.headers}{a.body!r}" for a in answers)
    assert not [holder.name for holder in (ADA, EVE, bob) if holder.key.removeprefix("durably_") in seen]


async def test_the_worker_is_told_the_callers_name_and_never_the_token(guarded: Api, worker: FakeControl) -> None:
    worker.script(REQUESTED)

    await guarded.ask("POST", "/instances/task-7/pause", headers={**ADA.headers, "Durably-User": "mallory"})

    (asked,) = worker.asked
    assert asked.headers["Durably-Actor"] == "ada"
    assert ADA.key not in json.dumps(asked.headers)


@pytest.mark.parametrize("given", ["a b", "x" * 129, "né", '"'])
async def test_a_request_id_that_could_forge_a_line_is_replaced(guarded: Api, worker: FakeControl, given: str) -> None:
    worker.script(REQUESTED)

    answer, (line,) = await told(guarded, "POST", "/instances/i/pause", headers={**ADA.headers, "X-Request-Id": given})

    assert line["request_id"] == answer.headers["X-Request-Id"] != given


async def test_a_fault_of_ours_is_a_line_with_500(guarded: Api, worker: FakeControl) -> None:
    worker.script(json_answer([]))

    answer, (line,) = await told(guarded, "POST", "/workflows/any?wait=1s", json={"input": {}}, headers=ADA.headers)

    assert (answer.status, line["status"]) == (500, 500)


async def test_where_nobody_is_asked_the_name_is_what_the_caller_says_it_is(api: Api, worker: FakeControl) -> None:
    worker.script(REQUESTED)

    named = (await told(api, "POST", "/instances/i/pause", headers={"Durably-User": "Zoë"}))[1]
    nameless = (await told(api, "POST", "/instances/i/pause"))[1]

    assert [line["who"] for line in (*named, *nameless)] == ["Zoë", "anonymous"]


@pytest.mark.parametrize("name", ["a\tb", "x" * 201])
async def test_a_name_that_could_be_mistaken_is_refused(api: Api, worker: FakeControl, name: str) -> None:
    answer = await api.ask("POST", "/instances/i/pause", headers={"Durably-User": name})

    assert answer.is_problem(422, "invalid_input")
    assert answer.json["errors"][0]["field"] == "Durably-User"
    assert worker.asked == []


async def test_a_name_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(InvalidInputError):
        await Believed(local=True).caller("GET", {"durably-user": "\xff"})
