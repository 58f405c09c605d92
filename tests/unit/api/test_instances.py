import asyncio
import json

import pytest
from aiohttp import web

from api.shutdown import Shutdown
from durably.contracts.errors import InstanceNotFoundError, UnavailableError
from tests.unit.api.fake_control import HEADERS, FakeControl, dies, json_answer, problem, view
from tests.unit.api.serving import Api

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_an_instance_is_shown_as_the_worker_shows_it_byte_by_byte(api: Api, worker: FakeControl) -> None:
    body = b'{"instance_id":  "i",   "n": 1.10}'

    async def answer(_: web.Request) -> web.Response:
        return web.Response(body=body, headers=HEADERS)

    worker.script(answer)

    answered = await api.get("/instances/i")

    assert (answered.status, answered.body) == (200, body)
    assert answered.headers["Content-Type"] == "application/json"


async def test_a_history_is_shown_as_the_worker_shows_it(api: Api, worker: FakeControl) -> None:
    history = {"instance_id": "i", "events": []}
    worker.script(json_answer(history))

    answered = await api.get("/instances/i/history")

    assert answered.json == history
    assert worker.asked[0].path == "/control/instances/i/history"


@pytest.mark.parametrize(("wait", "seconds"), [("30s", 30), ("500ms", 0.5), ("1m", 60), ("60s", 60)])
async def test_a_wait_is_passed_on_in_seconds(api: Api, worker: FakeControl, wait: str, seconds: float) -> None:
    worker.script(view())

    assert (await api.get(f"/instances/i?wait={wait}")).status == 200
    path, _, asked = worker.asked[0].path.partition("?wait=")
    assert path == "/control/instances/i"
    assert seconds - 0.3 < float(asked) <= seconds


@pytest.mark.parametrize("path", ["/instances/i", "/instances/i?wait=0s"])
async def test_without_a_wait_the_worker_is_not_asked_for_one(api: Api, worker: FakeControl, path: str) -> None:
    worker.script(view())

    await api.get(path)

    assert worker.asked[0].path == "/control/instances/i"


@pytest.mark.parametrize(
    "wait", ["", "30", "s", "61s", "2m", "60001ms", "-1s", "1.5s", "1h", "%D9%A1s", "1s%00", "9" * 99 + "s"]
)
async def test_a_wait_that_is_no_duration_up_to_a_minute_is_refused(api: Api, worker: FakeControl, wait: str) -> None:
    answered = await api.get(f"/instances/i?wait={wait}")

    assert answered.is_problem(422, "invalid_input")
    assert answered.json["errors"] == [
        {"field": "wait", "message": "has to be a duration of at most 60s, such as 500ms, 30s or 1m"}
    ]


async def test_a_long_poll_whose_worker_dies_goes_on_with_what_is_left_of_the_wait(
    api: Api, worker: FakeControl
) -> None:
    async def dies_later(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(0.5)
        return await dies(request)

    worker.script(dies_later, view(status="completed"))

    assert (await api.get("/instances/i?wait=10s")).json["status"] == "completed"
    assert float(worker.asked[1].path.partition("?wait=")[2]) < 9.6


@pytest.mark.parametrize("path", ["/instances/{}", "/instances/{}/history", "/tasks/{}/status"])
@pytest.mark.parametrize(
    "instance_id",
    ["nope", "%C3%A4%20%F0%9F%93%84", "a%7C%7Cb", "parent%3A0001", "a.b.c", "...", "x" * 512, "%F0%9F%93%84" * 500],
)
async def test_an_id_that_no_instance_has_is_not_found(
    api: Api, worker: FakeControl, path: str, instance_id: str
) -> None:
    worker.script(problem(InstanceNotFoundError("There is none.", instance_id=instance_id)))

    answered = await api.get(path.format(instance_id))

    assert answered.is_problem(404, "instance_not_found")
    assert answered.json["instance_id"] == instance_id
    assert worker.asked[0].path.startswith(f"/control/instances/{instance_id}")


@pytest.mark.parametrize("path", ["/instances/{}", "/instances/{}/history", "/tasks/{}/status"])
@pytest.mark.parametrize(
    "instance_id", ["%2e", "%2E%2E", "a%00b", "%0d%0aX:%20y", "a%5Cb", "a%3Fb", "a%23b", "%2525", "%7F", "x" * 513]
)
async def test_an_id_that_could_change_the_path_to_the_worker_is_not_even_asked_for(
    api: Api, worker: FakeControl, path: str, instance_id: str
) -> None:
    answered = await api.get(path.format(instance_id))

    assert answered.is_problem(404, "instance_not_found")
    assert "instance_id" in answered.json
    assert worker.asked == []


@pytest.mark.parametrize(
    "path", ["/instances/a%2Fb", "/instances/%2F", "/instances/", "/instances/..%2F..%2Flivez", "/x"]
)
async def test_a_path_that_no_route_has_is_not_found(api: Api, worker: FakeControl, path: str) -> None:
    assert (await api.get(path)).is_problem(404, "not_found")
    assert worker.asked == []


@pytest.mark.parametrize("method", ["PUT", "POST", "PATCH", "OPTIONS", "TRACE"])
async def test_a_method_that_a_path_does_not_take_is_refused_with_those_that_it_takes(
    api: Api, worker: FakeControl, method: str
) -> None:
    answered = await api.ask(method, "/instances/i")

    assert answered.is_problem(405, "method_not_allowed")
    assert answered.headers["Allow"] == "DELETE, GET"


async def test_an_id_in_the_answer_is_json_whatever_is_in_it(api: Api, worker: FakeControl) -> None:
    answered = await api.get("/instances/%22%5C%3Cscript%3E%FF")

    assert json.loads(answered.body)["instance_id"] == '"\\<script>\ufffd'


async def test_a_long_poll_is_cut_when_the_process_cannot_wait_any_longer() -> None:
    shutdown = Shutdown(last_s=0.6)
    asyncio.get_running_loop().call_soon(shutdown.begin)
    with pytest.raises(UnavailableError, match="shutting down"):
        async with shutdown.long_poll():
            await asyncio.Event().wait()


async def test_a_long_poll_that_comes_during_the_shutdown_has_the_same_last_moment() -> None:
    shutdown = Shutdown(last_s=0.6)
    shutdown.begin()
    with pytest.raises(UnavailableError, match="shutting down"):
        async with shutdown.long_poll():
            await asyncio.Event().wait()


async def test_a_long_poll_that_ends_in_time_notices_nothing_of_the_shutdown() -> None:
    shutdown = Shutdown(last_s=60)
    async with shutdown.long_poll():
        shutdown.begin()
    assert shutdown.begun
