"""What should not be sent, and what workflows should not do: it is answered, told, and breaks nothing."""

import json
from collections.abc import AsyncIterator
from typing import Any, Final

import aiohttp
import pytest
import pytest_asyncio
from yarl import URL

from durably.engine.client import EngineClient
from tests.harness.stack import EngineKind, Stack
from tests.harness.waiting import true, until

pytestmark = pytest.mark.asyncio(loop_scope="module")

JSON: Final = {"Content-Type": "application/json"}


class System:
    """The whole system, its worker full of workflows that misbehave."""

    def __init__(self, stack: Stack, http: aiohttp.ClientSession, engine: EngineClient) -> None:
        self.stack = stack
        self.engine = engine
        self._http = http

    async def ask(self, method: str, path: str, **options: Any) -> tuple[int, Any]:
        """One request, its path sent as it stands, and the answer's status and body."""
        async with self._http.request(method, URL(self.stack.url + path, encoded=True), **options) as answer:
            return answer.status, await answer.json(content_type=None)

    async def start(self, workflow: str, instance_id: str, raw_input: str = "{}") -> tuple[int, Any]:
        """Start an instance with an input that need not be JSON."""
        body = f'{{"instance_id": "{instance_id}", "input": {raw_input}}}'
        return await self.ask("POST", f"/workflows/{workflow}", data=body.encode(), headers=JSON)

    async def ended(self, instance_id: str) -> dict[str, Any]:
        """The instance, once it has ended."""
        status, view = await self.ask("GET", f"/instances/{instance_id}?wait=30s")
        assert status == 200, view
        ended: dict[str, Any] = view
        return ended

    def log_of(self, instance_id: str, event: str) -> dict[str, Any]:
        """The worker's last line of a kind about an instance."""
        lines = [json.loads(line) for line in self.stack.worker.output().splitlines() if line.startswith("{")]
        found = [line for line in lines if (line["event"], line.get("instance_id")) == (event, instance_id)]
        assert found, f"no {event} of {instance_id} in\n{self.stack.worker.tail()}"
        last: dict[str, Any] = found[-1]
        return last


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def system(kind: EngineKind, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[System]:
    stack = Stack(tmp_path_factory.mktemp(kind), engine=kind, worker_module="tests.integration.odd_worker")
    try:
        await stack.start()
        engine = EngineClient(host="127.0.0.1", port=stack.engine.grpc_port)
        async with aiohttp.ClientSession() as http:
            yield System(stack, http, engine)
        await engine.aclose()
    finally:
        await stack.stop()


@pytest.mark.parametrize("path", ["/tasks/process", "/workflows/mirror"])
async def test_a_body_over_256_kib_is_too_large(system: System, path: str) -> None:
    body = json.dumps({"input": {"text": "x" * 256 * 1024}}).encode()

    assert (await system.ask("POST", path, data=body, headers=JSON))[0] == 413


async def test_the_largest_body_reaches_the_workflow_and_comes_back(system: System) -> None:
    text = "ж" * (120 * 1024)
    status, started = await system.start("mirror", "large", json.dumps({"text": text}, ensure_ascii=False))

    assert status == 202, started
    assert (await system.ended("large"))["output"] == {"text": text}


@pytest.mark.parametrize(
    ("path", "body", "field"),
    [
        ("/tasks/process", {"title": "t"}, "task_id"),
        ("/tasks/process", {"task_id": 7}, "task_id"),
        ("/tasks/process", {"task_id": "a b"}, "task_id"),
        ("/tasks/process", {"task_id": "1", "title": ["t"]}, "title"),
        ("/workflows/task_processing_workflow", {"input": "x"}, "input"),
        ("/workflows/task_processing_workflow", {"instance_id": "a/b"}, "instance_id"),
        ("/workflows/task_processing_workflow", {"input": {}}, "input.task_id"),
        ("/workflows/task_processing_workflow", {"input": {"task_id": "1", "title": 5}}, "input.title"),
    ],
)
async def test_a_wrong_type_is_refused_with_the_field(system: System, path: str, body: Any, field: str) -> None:
    status, problem = await system.ask("POST", path, json=body)

    assert (status, problem["code"]) == (422, "invalid_input")
    assert [wrong["field"] for wrong in problem["errors"]] == [field]


async def test_a_workflow_that_is_not_registered_cannot_be_started(system: System) -> None:
    status, problem = await system.start("no_such_workflow", "never")

    assert (status, problem["code"]) == (404, "unknown_workflow")


@pytest.mark.parametrize("path", ["/instances/{}", "/instances/{}/history", "/tasks/{}/status"])
@pytest.mark.parametrize(
    "instance_id",
    ["nope", "...", "%2e%2e", "a%20b", "%C3%A4", "%F0%9F%93%84", "%FF", "a%00b", "a%3Ab", "a%7C%7Cb", "a%3Bb", "a%2Bb",
     "a+b", "%2525", "a%3Fb", "a%23b", "%22", "%7Bid%7D", "*", "x" * 512, "x" * 5_000],
)  # fmt: skip
async def test_an_id_of_no_instance_is_not_found_whatever_is_in_it(system: System, path: str, instance_id: str) -> None:
    status, problem = await system.ask("GET", path.format(instance_id))

    assert (status, problem["code"]) == (404, "instance_not_found")
    assert problem["instance_id"]


@pytest.mark.parametrize("path", ["/instances/a%2Fb", "/instances/..%2Fworkflows", "/tasks/a%2Fb/status"])
async def test_an_id_with_a_slash_is_not_found(system: System, path: str) -> None:
    assert (await system.ask("GET", path))[0] == 404


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("nul", r'{"t\u0000": "\u0000"}'),
        ("emoji", '{"t": "📄"}'),
        ("nested", '{"a":' * 150 + "1" + "}" * 150),
        ("integer", '{"n": 1' + "0" * 400 + "}"),
        ("floats", '{"n": 1e308, "m": 0.1, "k": -0.0}'),
    ],
)
async def test_odd_json_reaches_the_workflow_and_comes_back_unchanged(system: System, name: str, raw: str) -> None:
    status, started = await system.start("mirror", f"odd-{name}", raw)

    assert status == 202, started
    assert (await system.ended(f"odd-{name}"))["output"] == json.loads(raw)


@pytest.mark.parametrize(
    "raw",
    [r'{"t": "\ud800"}', r'{"\udfff": 1}', '{"n": NaN}', '{"n": 1e999}', '{"a":' * 900 + "1" + "}" * 900, "{"],
    ids=["half a character", "half a character as a name", "NaN", "infinite", "nested too deeply", "cut off"],
)
async def test_what_is_no_json_is_refused(system: System, raw: str) -> None:
    status, problem = await system.start("mirror", "never", raw)

    assert (status, problem["code"]) == (422, "invalid_input")
    assert problem["errors"][0]["field"] in {"input", "body"}


async def test_a_workflow_that_raises_fails_and_the_log_says_where(system: System) -> None:
    await system.start("explode", "boom", '{"why": "on purpose"}')

    failure = (await system.ended("boom"))["failure"]
    line = system.log_of("boom", "workflow_ended")

    assert failure["type"] == "CustomError"
    assert "on purpose" in failure["message"]
    assert (line["workflow"], line["status"], line["error_type"]) == ("explode", "failed", "CustomError")
    assert "in explode" in line["exception"]


async def test_a_workflow_whose_result_is_no_json_fails_and_the_log_says_which(system: System) -> None:
    await system.start("odd_result", "odd-result")

    failure = (await system.ended("odd-result"))["failure"]
    line = system.log_of("odd-result", "workflow_ended")

    assert "odd_result returned what JSON cannot hold" in failure["message"]
    assert (line["workflow"], line["status"]) == ("odd_result", "failed")
    assert "odd_result returned what JSON cannot hold" in line["error"]


async def test_an_activity_whose_result_is_no_json_fails_its_workflow_and_the_log_says_which(system: System) -> None:
    await system.ask("POST", "/tasks/process", json={"task_id": "odd", "title": "t", "assignee": "ada"})

    await system.ended("task-odd")
    _, status = await system.ask("GET", "/tasks/task-odd/status")
    line = system.log_of("task-odd", "activity_ended")

    assert status["status"] == "failed"
    assert "assign_task returned what JSON cannot hold" in status["failure"]["message"]
    assert (line["activity"], line["outcome"], line["attempt"]) == ("assign_task", "failed", 5)
    assert "assign_task returned what JSON cannot hold" in line["error"]


async def test_an_instance_of_a_workflow_that_no_worker_has_says_so_and_so_does_the_log(system: System) -> None:
    """Past the API, as a worker of another version may have started it."""
    await system.engine.start("no_such_workflow", instance_id="ghost", payload={})
    await until(true(lambda: '"ghost"' in system.stack.worker.output()), what="the worker was given it")

    line = system.log_of("ghost", "workflow_held_back")
    status, _ = await system.ask("POST", "/instances/ghost/terminate", json={})
    view = await system.ended("ghost")

    assert (line["level"], line["reason"], line["workflow"]) == ("error", "workflow_not_registered", "no_such_workflow")
    assert "no_such_workflow is not registered" in line["error"]
    assert (status, view["status"]) == (202, "terminated")


async def test_after_all_of_it_the_system_is_ready(system: System) -> None:
    assert (await system.ask("GET", "/readyz"))[0] == 200
    assert "unexpected_error" not in system.stack.api.output()
    assert "control_request_failed" not in system.stack.worker.output()
