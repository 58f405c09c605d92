import re

import pytest

from tests.unit.api.fake_control import FakeControl, json_answer, scheduled, view
from tests.unit.api.serving import Api

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_the_list_of_workflows_is_the_workers(api: Api, worker: FakeControl) -> None:
    listed = {"workflows": [{"name": "w", "versions": ["v1"], "latest_version": "v1"}]}
    worker.script(json_answer(listed))

    answered = await api.get("/workflows")

    assert (answered.status, answered.json) == (200, listed)
    assert answered.headers["Content-Type"] == "application/json"


async def test_a_workflow_is_started_under_the_callers_id(api: Api, worker: FakeControl) -> None:
    worker.script(scheduled("i-1"))

    answered = await api.post("/workflows/order_workflow", {"input": {"n": 1}, "instance_id": "i-1"})

    assert (answered.status, answered.json) == (202, {"instance_id": "i-1", "status": "scheduled"})
    assert answered.headers["Location"] == "/instances/i-1"
    assert worker.asked[0].path == "/control/workflows/order_workflow/instances/i-1"
    assert worker.asked[0].body == {"n": 1}


async def test_a_start_that_waits_answers_with_an_instance_that_has_ended(api: Api, worker: FakeControl) -> None:
    worker.script(view(status="completed", output=7))

    answered = await api.post("/workflows/w?wait=30s", {"instance_id": "i-1"})

    assert (answered.status, answered.json["output"]) == (200, 7)
    path, _, query = worker.asked[0].path.partition("?")
    assert path == "/control/workflows/w/instances/i-1"
    assert 29 < float(query.removeprefix("wait=")) <= 30


async def test_a_start_that_waited_in_vain_is_accepted(api: Api, worker: FakeControl) -> None:
    worker.script(view(status="running"))

    answered = await api.post("/workflows/w?wait=1s", {"instance_id": "i-1"})

    assert (answered.status, answered.json) == (202, {"instance_id": "i-1", "status": "scheduled"})
    assert answered.headers["Location"] == "/instances/i-1"


async def test_without_an_id_each_start_gets_a_new_one(api: Api, worker: FakeControl) -> None:
    for _ in range(2):
        await api.post("/workflows/w", {})

    ids = [asked.path.rpartition("/")[2].removesuffix("?new=1") for asked in worker.asked]
    assert all(re.fullmatch("[0-9a-f]{32}", made) for made in ids)
    assert len(set(ids)) == 2


@pytest.mark.parametrize(
    "name", ["no%20such", "%2e%2e", "..%00", "a%3Fb", "%25", "w%C3%A4", "a" * 600, "%ED%A0%80", "%FF"]
)
async def test_a_name_that_no_workflow_has_is_unknown_whatever_is_in_it(
    api: Api, worker: FakeControl, name: str
) -> None:
    problem = {"title": "No", "status": 404, "code": "unknown_workflow", "detail": "There is none."}
    worker.script(json_answer(problem, status=404))

    assert (await api.post(f"/workflows/{name}", {"input": {}})).is_problem(404, "unknown_workflow")


@pytest.mark.parametrize("instance_id", ["", "a b", "a/b", "../x", "-a", "ä", "a" * 129, "a\u0000", 5])
async def test_an_id_for_a_new_instance_has_to_be_plain(api: Api, worker: FakeControl, instance_id: object) -> None:
    answered = await api.post("/workflows/w", {"instance_id": instance_id})

    assert answered.is_problem(422, "invalid_input")
    assert answered.json["errors"][0]["field"] == "instance_id"


@pytest.mark.parametrize("given", [[], "x", 5, None])
async def test_an_input_has_to_be_an_object(api: Api, worker: FakeControl, given: object) -> None:
    answered = await api.post("/workflows/w", {"input": given})

    assert answered.is_problem(422, "invalid_input")
    assert answered.json["errors"][0]["field"] == "input"


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity", b"1e999"])
async def test_a_number_that_json_does_not_have_is_refused(api: Api, worker: FakeControl, number: bytes) -> None:
    body = b'{"input": {"n": ' + number + b"}}"

    answered = await api.ask("POST", "/workflows/w", data=body, headers={"Content-Type": "application/json"})

    assert answered.is_problem(422, "invalid_input")
    assert answered.json["errors"][0]["field"] == "input"


async def test_an_input_grows_on_its_way_to_the_worker_by_next_to_nothing(api: Api, worker: FakeControl) -> None:
    body = ('{"input":{"t":"' + "ж" * 1_000 + '","n":[' + ",".join("1" * 500) + "]}}").encode()

    await api.ask("POST", "/workflows/w", data=body, headers={"Content-Type": "application/json"})

    assert int(worker.asked[0].headers["Content-Length"]) < len(body)


@pytest.mark.parametrize("text", [r'"\ud800"', r'{"\udfff": 1}'])
async def test_half_a_character_is_refused(api: Api, worker: FakeControl, text: str) -> None:
    body = f'{{"input": {{"t": {text}}}}}'.encode()

    answered = await api.ask("POST", "/workflows/w", data=body, headers={"Content-Type": "application/json"})

    assert answered.is_problem(422, "invalid_input")
    assert answered.json["errors"][0]["field"] == "input"
