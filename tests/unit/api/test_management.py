import json
from typing import Any
from urllib.parse import parse_qsl

import pytest

from durably.contracts.errors import InstanceEndedError
from durably.contracts.names import ACTOR_HEADER
from durably.contracts.refusals import NotAnApproverError
from tests.unit.api.fake_control import FakeControl, dies, json_answer, problem
from tests.unit.api.serving import Api

pytestmark = pytest.mark.asyncio(loop_scope="module")

LISTS = ["/instances", "/instances/counts", "/approvals"]
REQUESTED = {"instance_id": "i", "requested": "pause"}


@pytest.mark.parametrize("path", LISTS)
async def test_a_list_is_shown_as_the_worker_shows_it(api: Api, worker: FakeControl, path: str) -> None:
    worker.script(json_answer({"instances": [], "counts": [1.10], "next_cursor": None}))

    answered = await api.get(path)

    assert answered.json == {"instances": [], "counts": [1.10], "next_cursor": None}
    assert worker.asked[0].path == f"/control{path}"


async def test_a_comparison_of_the_index_is_asked_for_and_shown_as_the_worker_shows_it(
    api: Api, worker: FakeControl
) -> None:
    state = {"worker": "w", "instances": 3, "rebuilding": True, "problem": None}
    worker.script(json_answer(state, status=202), json_answer(state))

    begun, shown = await api.ask("POST", "/index/rebuild"), await api.get("/index")

    assert (begun.status, shown.status) == (202, 200)
    assert begun.json == shown.json == state
    assert [(asked.method, asked.path) for asked in worker.asked] == [
        ("POST", "/control/index/rebuild"),
        ("GET", "/control/index"),
    ]


async def test_a_query_reaches_the_worker_as_it_was_meant(api: Api, worker: FakeControl) -> None:
    worker.script(json_answer({}))
    query = "status=failed&status=running&prefix=a%26b%2Fc&created_after=2026-01-01T00:00:00%2B02:00&limit=7&cursor=%3D"

    await api.get(f"/instances?{query}")

    asked = worker.asked[0].path.partition("?")[2]
    assert parse_qsl(asked) == parse_qsl(query)


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/instances?limit=501", "limit"),
        ("/instances?limit=all", "limit"),
        ("/instances?status=asleep", "status.0"),
        ("/instances?created_after=2026-01-01T00:00:00", "created_after"),
        ("/instances?created_after=0.5", "created_after"),
        ("/instances?cursor=", "cursor"),
        ("/instances?stauts=failed", "stauts"),
        ("/instances/counts?status=failed", "status"),
        ("/approvals?approver=", "approver"),
    ],
)
async def test_a_query_that_means_nothing_is_refused_with_its_field(
    api: Api, worker: FakeControl, path: str, field: str
) -> None:
    answered = await api.get(path)

    assert answered.is_problem(422, "invalid_input")
    assert [wrong["field"] for wrong in answered.json["errors"]] == [field]
    assert worker.asked == []


@pytest.mark.parametrize("action", ["pause", "resume", "terminate"])
@pytest.mark.parametrize(("options", "reason"), [({}, ""), ({"json": None}, ""), ({"json": {"reason": "ü"}}, "ü")])
async def test_a_request_reaches_the_worker_with_who_asks(
    api: Api, worker: FakeControl, action: str, options: dict[str, Any], reason: str
) -> None:
    worker.script(json_answer(REQUESTED, status=202))

    answered = await api.ask("POST", f"/instances/i/{action}", headers={"Durably-User": "ada"}, **options)

    assert (answered.status, answered.json) == (202, REQUESTED)
    (asked,) = worker.asked
    assert (asked.method, asked.path, asked.body) == ("POST", f"/control/instances/i/{action}", {"reason": reason})
    assert asked.headers[ACTOR_HEADER] == "ada"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/workflows/greet", {"input": {}}),
        ("/tasks/process", {"task_id": "1"}),
        (
            "/orders",
            {
                "order_id": "1",
                "customer": "ada",
                "currency": "EUR",
                "lines": [{"sku": "a", "quantity": 1, "unit_price_cents": 1}],
            },
        ),
        ("/instances/i/rerun", {}),
    ],
)
async def test_a_start_reaches_the_worker_with_who_asks(api: Api, worker: FakeControl, path: str, body: Any) -> None:
    worker.script(json_answer({"instance_id": "i", "status": "scheduled"}, status=202))

    answered = await api.ask("POST", path, json=body, headers={"Durably-User": "ada"})

    assert (answered.status, worker.asked[0].headers[ACTOR_HEADER]) == (202, "ada")


async def test_who_says_nothing_is_anonymous(api: Api, worker: FakeControl) -> None:
    worker.script(json_answer(REQUESTED, status=202))

    await api.ask("POST", "/instances/i/pause")

    assert worker.asked[0].headers[ACTOR_HEADER] == "anonymous"


async def test_the_name_for_the_worker_is_not_the_callers_to_choose(api: Api, worker: FakeControl) -> None:
    worker.script(json_answer(REQUESTED, status=202))

    await api.ask("POST", "/instances/i/pause", headers={ACTOR_HEADER: "the boss"})

    assert worker.asked[0].headers[ACTOR_HEADER] == "anonymous"


@pytest.mark.parametrize("payload", [{"a": [1, None, "ü"]}, 0, False, "", []], ids=repr)
async def test_an_event_reaches_the_worker_with_its_payload(api: Api, worker: FakeControl, payload: Any) -> None:
    worker.script(json_answer(REQUESTED, status=202))

    assert (await api.post("/instances/i/events/gr%C3%BCn%20", payload)).status == 202

    (asked,) = worker.asked
    assert (asked.path, asked.body) == ("/control/instances/i/events/gr%C3%BCn%20", payload)


@pytest.mark.parametrize(
    "options",
    [
        {"data": b'{"a":', "headers": {"Content-Type": "application/json"}},
        {"data": b"NaN", "headers": {"Content-Type": "application/json"}},
        {"data": b'"\\ud800"', "headers": {"Content-Type": "application/json"}},
        {"data": b"1", "headers": {"Content-Type": "text/plain"}},
    ],
    ids=["half", "NaN", "half a character", "not said to be JSON"],
)
async def test_an_event_that_is_not_json_is_refused(api: Api, worker: FakeControl, options: dict[str, Any]) -> None:
    answered = await api.ask("POST", "/instances/i/events/go", **options)

    assert answered.is_problem(422, "invalid_input")
    assert answered.json["errors"][0]["field"] == "body"
    assert worker.asked == []


@pytest.mark.parametrize(
    ("path", "shape", "field"),
    [
        ("/instances/i/events/go", "{}", "body"),
        ("/workflows/greet", '{{"input": {{"a": {}}}}}', "input"),
        ("/instances/i/rerun", '{{"input": {}}}', "input"),
    ],
)
async def test_what_is_nested_too_deeply_is_refused_with_its_field(
    api: Api, worker: FakeControl, path: str, shape: str, field: str
) -> None:
    body = shape.format("[" * 151 + "]" * 151)

    answered = await api.ask("POST", path, data=body, headers={"Content-Type": "application/json"})

    assert answered.is_problem(422, "invalid_input")
    assert answered.json["errors"] == [{"field": field, "message": "is nested more than 150 levels deep"}]
    assert worker.asked == []


@pytest.mark.parametrize("name", ["%20approval", "approval%E2%80%8B", "a%C2%ADpproval", "%EF%BC%A1pproval"])
async def test_an_event_that_looks_like_a_vote_is_refused(api: Api, worker: FakeControl, name: str) -> None:
    answered = await api.post(f"/instances/i/events/{name}", {"approve": True})

    assert answered.is_problem(422, "invalid_input")
    assert answered.json["errors"][0]["field"] == "name"
    assert worker.asked == []


@pytest.mark.parametrize("name", ["%2E%2E", "a%00", "a%2Fb", "x" * 201, ".hidden", "a%3Fb"])
async def test_a_name_that_no_event_can_have_is_refused(api: Api, worker: FakeControl, name: str) -> None:
    assert (await api.post(f"/instances/i/events/{name}", {})).status in {404, 422}
    assert worker.asked == []


@pytest.mark.parametrize("name", ["approval", "Approval", "APPROVAL", "%41pproval"])
@pytest.mark.parametrize("body", [{"approve": True, "by": "the boss"}, {"by": "the boss"}])
async def test_nobody_votes_in_somebody_elses_name_however_the_event_is_written(
    api: Api, worker: FakeControl, name: str, body: Any
) -> None:
    assert (await api.post(f"/instances/i/events/{name}", body)).is_problem(422, "invalid_input")
    assert worker.asked == []


async def test_a_vote_reaches_the_worker_and_its_refusal_the_caller(api: Api, worker: FakeControl) -> None:
    worker.script(problem(NotAnApproverError("eve is not among them.", instance_id="i")))

    answered = await api.ask(
        "POST", "/instances/i/events/approval", json={"approve": False}, headers={"Durably-User": "eve"}
    )

    assert answered.is_problem(403, "not_an_approver")
    assert worker.asked[0].body == {"approve": False, "reason": ""}
    assert worker.asked[0].headers[ACTOR_HEADER] == "eve"


async def test_a_rerun_without_an_id_gets_one_that_is_new_and_told(api: Api, worker: FakeControl) -> None:
    worker.script(json_answer({"instance_id": "made", "status": "scheduled"}, status=202))

    answers = [await api.ask("POST", "/instances/i/rerun") for _ in range(2)]

    ids = [asked.body["instance_id"] for asked in worker.asked]
    assert ids[0] != ids[1]
    assert [answer.headers["Location"] for answer in answers] == [f"/instances/{one}" for one in ids]


@pytest.mark.parametrize("body", [{"from_event": 3}, {"input": None}, {"input": {"n": 1}, "instance_id": "new"}])
async def test_a_rerun_reaches_the_worker_with_what_was_given_and_nothing_else(
    api: Api, worker: FakeControl, body: dict[str, Any]
) -> None:
    worker.script(json_answer({"instance_id": "new", "status": "scheduled"}, status=202))

    assert (await api.post("/instances/i/rerun", body)).status == 202

    asked = worker.asked[0].body
    assert {**asked, "instance_id": None} == {**body, "instance_id": None}


@pytest.mark.parametrize(
    "body", [{"from_event": -1}, {"instance_id": "a b"}, {"instance_id": "counts"}, {"typo": 1}, []]
)
async def test_a_rerun_that_means_nothing_is_refused(api: Api, worker: FakeControl, body: Any) -> None:
    assert (await api.post("/instances/i/rerun", body)).is_problem(422, "invalid_input")
    assert worker.asked == []


async def test_a_purge_answers_with_nothing(api: Api, worker: FakeControl) -> None:
    worker.script(json_answer(None, status=204))

    answered = await api.ask("DELETE", "/instances/i")

    assert (answered.status, answered.body) == (204, b"")
    assert (worker.asked[0].method, worker.asked[0].path) == ("DELETE", "/control/instances/i")


async def test_the_path_of_the_counts_tells_its_own_methods(api: Api) -> None:
    answered = await api.ask("PUT", "/instances/counts")

    assert answered.is_problem(405, "method_not_allowed")
    assert answered.headers["Allow"] == "GET"


async def test_a_purge_of_what_runs_is_refused(api: Api, worker: FakeControl) -> None:
    worker.script(problem(InstanceEndedError("i is running; terminate it first.", instance_id="i")))

    assert (await api.ask("DELETE", "/instances/i")).is_problem(409, "instance_ended")


ONCE = [
    ("POST", "/instances/i/events/go"),
    ("POST", "/instances/i/terminate"),
    ("POST", "/instances/i/rerun"),
    ("DELETE", "/instances/i"),
]


@pytest.mark.parametrize(("method", "path"), ONCE)
async def test_what_would_be_done_twice_is_not_repeated_when_its_answer_is_lost(
    api: Api, worker: FakeControl, method: str, path: str
) -> None:
    worker.script(dies, json_answer(REQUESTED, status=202))

    assert (await api.ask(method, path)).is_problem(503, "no_worker")
    assert len(worker.asked) == 1


@pytest.mark.parametrize("action", ["pause", "resume"])
async def test_what_changes_nothing_the_second_time_is_repeated_when_its_answer_is_lost(
    api: Api, worker: FakeControl, action: str
) -> None:
    worker.script(dies, json_answer(REQUESTED, status=202))

    assert (await api.ask("POST", f"/instances/i/{action}")).status == 202
    assert len(worker.asked) == 2


async def test_a_rerun_whose_answer_is_lost_tells_the_id_to_look_for(api: Api, worker: FakeControl) -> None:
    worker.script(dies)

    answered = await api.post("/instances/i/rerun", {"instance_id": "wanted"})

    assert answered.json["instance_id"] == "wanted"


@pytest.mark.parametrize("action", ["pause", "resume", "terminate", "rerun", "events/go"])
async def test_an_id_that_could_change_the_path_to_the_worker_is_not_even_asked_for(
    api: Api, worker: FakeControl, action: str
) -> None:
    answered = await api.ask("POST", f"/instances/a%5Cb/{action}")

    assert answered.is_problem(404, "instance_not_found")
    assert json.loads(answered.body)["instance_id"] == "a\\b"
    assert worker.asked == []
