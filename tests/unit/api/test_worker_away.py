"""What callers are told when the worker, its sidecar or its engine is away."""

import asyncio
import socket
import time

import pytest

from durably.contracts.errors import (
    DurablyError,
    EngineTimeoutError,
    EngineUnavailableError,
    InstanceExistsError,
    InstanceNotFoundError,
    InvalidInputError,
    NoWorkerError,
    UnavailableError,
    UnknownWorkflowError,
)
from tests.harness.ports import free_port
from tests.unit.api.fake_control import (
    SIDECAR_TOKEN,
    FakeControl,
    by_sidecar,
    dies,
    dies_halfway,
    json_answer,
    problem,
    scheduled,
    view,
)
from tests.unit.api.serving import Answered, Api, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

TASK = {"task_id": "1", "title": "Write report", "assignee": "ada"}

CALLS = {
    "start a task": ("POST", "/tasks/process", TASK),
    "look at a task": ("GET", "/tasks/task-1/status", None),
    "list workflows": ("GET", "/workflows", None),
    "start a workflow": ("POST", "/workflows/any", {"input": {}, "instance_id": "i-1"}),
    "look at an instance": ("GET", "/instances/task-1", None),
    "read a history": ("GET", "/instances/task-1/history", None),
}


async def ask(api: Api, call: str) -> Answered:
    method, path, body = CALLS[call]
    return await api.ask(method, path, json=body)


@pytest.fixture(params=CALLS)
def call(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.mark.parametrize(
    "error",
    [
        UnknownWorkflowError("There is no such workflow."),
        InstanceNotFoundError("There is none.", instance_id="task-1"),
        InstanceExistsError("It is taken.", instance_id="task-1"),
        NoWorkerError("Going."),
        EngineUnavailableError("Gone."),
        EngineTimeoutError("Slow."),
        DurablyError("A fault."),
    ],
    ids=lambda error: error.code,
)
async def test_the_workers_own_errors_travel_on_unchanged(
    api: Api, worker: FakeControl, error: DurablyError, call: str
) -> None:
    worker.script(problem(error))

    answered = await ask(api, call)

    assert answered.is_problem(error.status, error.code)
    assert answered.json["detail"] == error.detail
    # A start that may have been heard is told with its id, under which it is safe to ask again.
    told = "i-1" if call == "start a workflow" and isinstance(error, UnavailableError) else error.instance_id
    assert answered.json.get("instance_id") == told


async def test_the_workers_complaints_about_an_input_name_the_field_in_the_callers_request(
    api: Api, worker: FakeControl
) -> None:
    complaint = {"field": "task_id", "message": "Field required"}
    worker.script(problem(InvalidInputError("The input does not fit.", errors=(complaint,))))

    answered = await ask(api, "start a workflow")

    assert answered.is_problem(422, "invalid_input")
    assert answered.json["errors"] == [{"field": "input.task_id", "message": "Field required"}]


async def test_without_a_worker_every_call_is_answered_no_worker_at_once(call: str) -> None:
    async with serving(control_url=f"http://127.0.0.1:{free_port()}") as api:
        begun = time.monotonic()
        answered = await ask(api, call)

    assert answered.is_problem(503, "no_worker")
    assert time.monotonic() - begun < 2


async def test_without_its_own_sidecar_every_call_is_answered_no_sidecar_at_once(call: str) -> None:
    async with serving(control_url=f"http://127.0.0.1:{free_port()}", worker_app_id="durably") as api:
        begun = time.monotonic()
        answered = await ask(api, call)

    assert answered.is_problem(503, "no_sidecar")
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("status", [200, 403, 404, 500, 502, 504])
async def test_an_answer_that_the_sidecar_made_itself_means_that_there_is_no_worker(
    api_behind_sidecar: Api, worker: FakeControl, status: int, call: str
) -> None:
    worker.script(by_sidecar(status))

    assert (await ask(api_behind_sidecar, call)).is_problem(503, "no_worker")


async def test_a_sidecar_that_has_found_the_worker_again_is_asked_once_more(
    api_behind_sidecar: Api, worker: FakeControl
) -> None:
    worker.script(by_sidecar(500), view())

    assert (await api_behind_sidecar.get("/instances/task-1")).status == 200


async def test_a_worker_that_begins_or_ends_is_not_the_only_one_behind_a_sidecar(
    api_behind_sidecar: Api, worker: FakeControl
) -> None:
    worker.script(problem(NoWorkerError("The work stream is not open.")), view())

    assert (await api_behind_sidecar.get("/instances/task-1")).status == 200


async def test_without_a_sidecar_there_is_no_other_worker_to_ask(api: Api, worker: FakeControl) -> None:
    worker.script(problem(NoWorkerError("The work stream is not open.")), view())

    assert (await api.get("/instances/task-1")).is_problem(503, "no_worker")


async def test_the_sidecar_is_told_whom_to_ask_and_given_its_token(
    api_behind_sidecar: Api, worker: FakeControl
) -> None:
    await ask(api_behind_sidecar, "start a task")

    assert worker.asked[0].headers["dapr-app-id"] == "durably"
    assert worker.asked[0].headers["dapr-api-token"] == SIDECAR_TOKEN


async def test_without_a_sidecar_no_dapr_header_is_sent(api: Api, worker: FakeControl) -> None:
    await ask(api, "start a task")

    assert not [name for name in worker.asked[0].headers if name.lower().startswith("dapr-")]


@pytest.mark.parametrize("end", [dies, dies_halfway])
async def test_a_worker_that_dies_on_a_request_is_asked_once_more(
    api: Api, worker: FakeControl, end: object, call: str
) -> None:
    """Starting is idempotent, as the API knows the id, so a start may be repeated like a read."""
    worker.script(end, scheduled() if CALLS[call][0] == "POST" else view())  # type: ignore[arg-type]

    assert (await ask(api, call)).status in {200, 202}
    assert worker.asked[-1] == worker.asked[-2]


async def test_a_start_without_an_id_is_repeated_under_the_id_that_was_made_for_it(
    api: Api, worker: FakeControl
) -> None:
    worker.script(dies, scheduled())

    await api.post("/workflows/any", {"input": {"n": 1}})

    first, second = worker.asked
    assert first.path == f"{second.path}?new=1", "asked again, the id is not new any more"


async def test_a_worker_that_keeps_dying_is_no_worker(api: Api, worker: FakeControl, call: str) -> None:
    worker.script(dies)

    assert (await ask(api, call)).is_problem(503, "no_worker")


async def test_a_long_poll_does_not_wait_for_a_worker_that_hangs(api: Api, worker: FakeControl) -> None:
    worker.script(worker.hangs)
    begun = time.monotonic()

    answered = await api.get("/instances/i-1?wait=30s")

    assert answered.is_problem(503, "worker_timeout")
    assert time.monotonic() - begun < 5


async def test_a_worker_that_hangs_is_given_up_on_every_call_within_five_seconds(api: Api, worker: FakeControl) -> None:
    worker.script(worker.hangs)
    begun = time.monotonic()

    answers = await asyncio.gather(*(ask(api, call) for call in CALLS))

    assert time.monotonic() - begun < 5
    assert all(answered.is_problem(503, "worker_timeout") for answered in answers)


async def test_a_worker_that_dies_late_and_then_hangs_is_given_up_within_the_same_five_seconds(
    worker: FakeControl,
) -> None:
    worker.script(dies, worker.hangs)
    async with serving(control_url=worker.url, control_timeout_s=0.3) as api:
        begun = time.monotonic()
        answered = await ask(api, "look at an instance")

    assert answered.is_problem(503, "worker_timeout")
    assert time.monotonic() - begun < 2


async def test_a_worker_that_hangs_on_a_long_poll_is_given_up_in_the_usual_time_however_long_the_wait(
    worker: FakeControl,
) -> None:
    worker.script(worker.hangs)
    async with serving(control_url=worker.url, control_timeout_s=0.3) as api:
        begun = time.monotonic()
        answered = await api.get("/instances/task-1?wait=30s")

    assert answered.is_problem(503, "worker_timeout")
    assert time.monotonic() - begun < 3


async def test_a_port_that_takes_no_connections_is_a_worker_that_does_not_answer() -> None:
    """A listener whose queue is full drops what comes, as does a firewall: nothing is refused."""
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full, socket.socket() as first, socket.socket() as second:
        for filler in (first, second):
            filler.settimeout(0)
            filler.connect_ex(full.getsockname())
        async with serving(control_url=f"http://127.0.0.1:{full.getsockname()[1]}") as api:
            begun = time.monotonic()
            answered = await api.get("/workflows")

    assert answered.is_problem(503, "worker_timeout")
    assert time.monotonic() - begun < 5


async def test_an_error_that_is_no_problem_document_is_an_internal_error(api: Api, worker: FakeControl) -> None:
    worker.script(json_answer({"oh": "no"}, status=418))

    assert (await api.get("/workflows")).is_problem(500, "internal_error")
