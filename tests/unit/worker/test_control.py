"""The control API against an engine written by hand: a real one cannot be told to hang, or to fail with our bug."""

import asyncio
import json
from typing import Any

import pytest
import structlog
from prometheus_client import CollectorRegistry
from yarl import URL

from durably.contracts.errors import EngineTimeoutError, EngineUnavailableError
from durably.contracts.instances import History, InstanceStatus, InstanceView
from durably.contracts.names import CONTROL_HEADER
from tests.harness.waiting import true, until
from tests.unit.worker.asking import Client, problem_of
from tests.unit.worker.fake_engine import FakeEngine
from worker.control.gate import Gate

_START = "/control/workflows/greet/instances/greet-1"
_READS = ("/control/instances/x", "/control/instances/x/history")


async def test_the_registered_workflows_are_listed_with_their_schemas(client: Client) -> None:
    async with client.get("/control/workflows") as response:
        (workflow,) = (await response.json())["workflows"]

    assert response.headers[CONTROL_HEADER] == "1"
    assert (workflow["name"], workflow["latest_version"]) == ("greet", "v1")
    assert workflow["input_schema"]["required"] == ["name"]


async def test_a_start_is_accepted_with_the_input_as_the_model_has_it(client: Client, engine: FakeEngine) -> None:
    async with client.post(_START, json={"name": "ada"}) as response:
        assert response.status == 202
        assert response.headers[CONTROL_HEADER] == "1"
        assert await response.json() == {"instance_id": "greet-1", "status": "scheduled"}

    assert engine.inputs == {"greet-1": {"name": "ada", "times": 1}}


async def test_the_same_start_with_a_default_written_out_is_the_same(client: Client) -> None:
    async with (
        client.post(_START, json={"name": "ada"}) as first,
        client.post(_START, json={"times": 1, "name": "ada"}) as second,
    ):
        assert (first.status, second.status) == (202, 202)


async def test_a_taken_id_is_a_conflict(client: Client) -> None:
    async with client.post(_START, json={"name": "ada"}):
        pass

    status, problem, _ = await problem_of(client, _START, body={"name": "bob"})

    assert (status, problem["code"], problem["instance_id"]) == (409, "instance_exists", "greet-1")


async def test_an_unknown_workflow_is_not_found(client: Client, engine: FakeEngine) -> None:
    status, problem, _ = await problem_of(client, "/control/workflows/nope/instances/x", body={})

    assert (status, problem["code"]) == (404, "unknown_workflow")
    assert engine.asked == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": 1}, "name"),
        ({"name": "far too long"}, "name"),
        ({"name": "ada", "times": "x"}, "times"),
        (b"", "name"),
        ([], "input"),
        (b"{", "input"),
        (b"\xff", "input"),
    ],
)
async def test_an_input_that_does_not_fit_names_its_field(
    client: Client, engine: FakeEngine, body: Any, field: str
) -> None:
    status, problem, _ = await problem_of(client, _START, body=body)

    assert (status, problem["code"]) == (422, "invalid_input")
    assert [wrong["field"] for wrong in problem["errors"]] == [field]
    assert problem["errors"][0]["message"]
    assert engine.asked == []


@pytest.mark.parametrize("instance_id", ["a%2Fb", "a%7C%7Cb", "a%3Ab", "%F0%9F%92%A5", "x" * 129, "%20"])
async def test_an_id_that_the_engine_could_misread_is_not_given_to_it(
    client: Client, engine: FakeEngine, instance_id: str
) -> None:
    status, problem, _ = await problem_of(
        client, f"/control/workflows/greet/instances/{instance_id}", body={"name": "a"}
    )

    assert (status, problem["code"], problem["errors"][0]["field"]) == (422, "invalid_input", "instance_id")
    assert engine.asked == []


async def test_a_body_without_end_is_too_large(client: Client) -> None:
    status, problem, _ = await problem_of(client, _START, body=b"[" * (512 * 1024 + 1))

    assert (status, problem["code"]) == (413, "payload_too_large")


async def test_a_start_without_a_work_stream_is_refused_at_once(client: Client, engine: FakeEngine) -> None:
    engine.connected = False

    status, problem, retry_after = await problem_of(client, _START, body={"name": "ada"})

    assert (status, problem["code"], retry_after) == (503, "engine_unavailable", "2")
    assert engine.asked == []


async def test_a_draining_worker_starts_nothing_and_still_shows(client: Client, engine: FakeEngine, gate: Gate) -> None:
    engine.inputs["greet-1"] = {}
    gate.draining = True

    status, problem, retry_after = await problem_of(client, _START, body={"name": "ada"})

    assert (status, problem["code"], retry_after) == (503, "no_worker", "2")
    async with client.get("/control/instances/greet-1") as response:
        assert response.status == 200


async def test_an_instance_is_shown_as_it_is(client: Client, engine: FakeEngine) -> None:
    engine.inputs["greet-1"] = {}

    async with client.get("/control/instances/greet-1") as response:
        view = InstanceView.model_validate(await response.json())

    assert (view.instance_id, view.status) == ("greet-1", InstanceStatus.RUNNING)
    assert response.headers[CONTROL_HEADER] == "1"


async def test_the_history_is_shown(client: Client, engine: FakeEngine) -> None:
    engine.inputs["greet-1"] = {}

    async with client.get("/control/instances/greet-1/history") as response:
        history = History.model_validate(await response.json())

    assert [event.type for event in history.events] == ["any"]


@pytest.mark.parametrize("suffix", ["", "?wait=0.01", "/history"])
async def test_an_unknown_id_is_not_found(client: Client, suffix: str) -> None:
    status, problem, _ = await problem_of(client, f"/control/instances/ghost{suffix}")

    assert (status, problem["code"], problem["instance_id"]) == (404, "instance_not_found", "ghost")


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("a%2Fb", "a/b"),
        ("a%7C%7Cb", "a||b"),
        ("%7Bid%7D", "{id}"),
        ("%F0%9F%92%A5", "\U0001f4a5"),
        ("%00", "\0"),
        ("%25", "%"),
        ("a+b", "a+b"),
        ("a%3Fwait=1", "a?wait=1"),
    ],
)
async def test_an_odd_id_reaches_the_engine_as_it_was_meant(
    client: Client, engine: FakeEngine, written: str, meant: str
) -> None:
    url = URL(str(client.make_url("/control/instances/")) + written, encoded=True)
    async with client.session.get(url) as response:
        assert response.status == 404

    assert engine.asked == [meant]


async def test_an_id_that_is_not_text_is_not_found(client: Client, engine: FakeEngine) -> None:
    status, problem, _ = await problem_of(client, "/control/instances/%FF")

    assert (status, problem["code"]) == (404, "instance_not_found")


@pytest.mark.parametrize("wait", ["-1", "61", "soon", "nan", "inf", ""])
async def test_a_wait_that_is_no_length_of_time_is_refused(client: Client, wait: str) -> None:
    status, problem, _ = await problem_of(client, f"/control/instances/greet-1?wait={wait}")

    assert (status, problem["errors"][0]["field"]) == (422, "wait")


async def test_a_wait_ends_when_the_instance_does(client: Client, engine: FakeEngine) -> None:
    engine.inputs["greet-1"] = {}
    waiting = asyncio.create_task(client.get("/control/instances/greet-1?wait=30"))
    await until(true(lambda: engine.waits), what="the wait has begun")

    engine.ended.set()

    async with await asyncio.wait_for(waiting, 2) as response:
        assert (await response.json())["status"] == "completed"


async def test_a_wait_that_is_over_shows_what_is_there(client: Client, engine: FakeEngine) -> None:
    engine.inputs["greet-1"] = {}

    async with client.get("/control/instances/greet-1?wait=0.01") as response:
        assert (await response.json())["status"] == "running"


async def test_a_wait_ends_early_when_the_worker_goes(client: Client, engine: FakeEngine, gate: Gate) -> None:
    engine.inputs["greet-1"] = {}
    waiting = asyncio.create_task(client.get("/control/instances/greet-1?wait=30"))
    await until(true(lambda: engine.waits), what="the wait has begun")

    gate.close()

    async with await asyncio.wait_for(waiting, 2) as response:
        assert (response.status, (await response.json())["status"]) == (200, "running")
    await until(true(lambda: engine.waits == 0), what="the engine is not waited for any more")


@pytest.mark.parametrize("path", [*_READS, _START])
@pytest.mark.parametrize("error", [EngineTimeoutError("stuck"), EngineUnavailableError("away")], ids=lambda e: e.code)
async def test_an_engine_that_is_away_or_stuck_has_its_code(
    client: Client, engine: FakeEngine, path: str, error: EngineTimeoutError | EngineUnavailableError
) -> None:
    engine.error = error

    status, problem, retry_after = await problem_of(client, path, body={"name": "ada"} if path == _START else None)

    assert (status, problem["code"], retry_after) == (503, error.code, "2")


@pytest.mark.parametrize(
    "path", ["/control/instances/x", "/control/instances/x?wait=0.1", "/control/instances/x/history", _START]
)
async def test_no_call_outlives_its_budget(client: Client, engine: FakeEngine, path: str) -> None:
    engine.stuck = True

    body = {"name": "ada"} if path == _START else None
    status, problem, _ = await asyncio.wait_for(problem_of(client, path, body=body), 2)

    assert (status, problem["code"]) == (503, "engine_timeout")


async def test_a_bug_is_a_problem_to_the_caller_and_a_line_with_the_place_to_us(
    client: Client, engine: FakeEngine
) -> None:
    engine.error = ZeroDivisionError("our bug")

    with structlog.testing.capture_logs() as logged:
        status, problem, _ = await problem_of(client, "/control/instances/x")

    assert (status, problem["code"]) == (500, "internal_error")
    assert "our bug" not in json.dumps(problem)
    (line,) = logged
    assert (line["event"], line["instance_id"], line["exc_info"]) == ("control_request_failed", "x", True)


async def test_what_is_not_there_is_a_problem_too(client: Client) -> None:
    assert (await problem_of(client, "/nope"))[1]["code"] == "not_found"
    assert (await problem_of(client, "/control/workflows", body={}))[1]["code"] == "method_not_allowed"


async def test_requests_are_counted_by_route_and_never_by_path(client: Client, metrics: CollectorRegistry) -> None:
    for path in ("/control/instances/a", "/control/instances/b", "/nope/a", "/nope/b"):
        async with client.get(path):
            pass

    def count(route: str) -> float | None:
        labels = {"method": "GET", "route": route, "status": "404"}
        return metrics.get_sample_value("durably_http_requests_total", labels)

    assert count("/control/instances/{instance_id}") == 2
    assert count("unmatched") == 2
