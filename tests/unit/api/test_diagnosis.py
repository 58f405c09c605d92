"""Why an instance is where it is, when nobody who knows it answers: that is an answer, too."""

import time

import pytest

from durably.contracts.diagnosis import Diagnosis, Verdict
from durably.contracts.errors import InstanceNotFoundError, NoWorkerError
from durably.contracts.workers import WorkerList
from tests.harness.ports import free_port
from tests.unit.api.fake_control import Answer, FakeControl, by_sidecar, dies, problem
from tests.unit.api.serving import Api, serving

pytestmark = pytest.mark.asyncio(loop_scope="module")

WHY = "/instances/task-1/why"


async def _verdict(api: Api) -> Verdict:
    begun = time.monotonic()
    answered = await api.get(WHY)
    assert time.monotonic() - begun < 5
    assert answered.status == 200, answered
    found = Diagnosis.model_validate_json(answered.body)
    assert (found.instance_id, found.healthy) == ("task-1", False)
    assert found.evidence
    assert found.next_commands
    return found.verdict


@pytest.mark.parametrize("end", [dies, problem(NoWorkerError("Going."))], ids=["dies", "goes"])
async def test_a_worker_that_goes_is_no_worker(api: Api, worker: FakeControl, end: Answer) -> None:
    worker.script(end)

    assert await _verdict(api) is Verdict.NO_WORKER


async def test_a_worker_that_hangs_is_none_either_and_that_is_said_in_time(api: Api, worker: FakeControl) -> None:
    worker.script(worker.hangs)

    assert await _verdict(api) is Verdict.NO_WORKER


async def test_without_a_worker_that_is_the_verdict_and_the_list_of_workers_is_empty() -> None:
    async with serving(control_url=f"http://127.0.0.1:{free_port()}") as api:
        assert await _verdict(api) is Verdict.NO_WORKER
        workers = WorkerList.model_validate_json((await api.get("/workers")).body)

    assert (workers.workers, bool(workers.problem)) == ((), True)


async def test_without_its_own_sidecar_that_is_the_verdict_and_nobody_knows_of_workers() -> None:
    async with serving(control_url=f"http://127.0.0.1:{free_port()}", worker_app_id="durably") as api:
        assert await _verdict(api) is Verdict.SIDECAR_UNREACHABLE
        assert (await api.get("/workers")).is_problem(503, "no_sidecar")


async def test_a_sidecar_with_nobody_behind_it_says_so(api_behind_sidecar: Api, worker: FakeControl) -> None:
    worker.script(by_sidecar(500))

    assert await _verdict(api_behind_sidecar) is Verdict.NO_WORKER


async def test_what_is_not_there_is_not_found(api: Api, worker: FakeControl) -> None:
    worker.script(problem(InstanceNotFoundError("There is none.", instance_id="task-1")))

    assert (await api.get(WHY)).is_problem(404, "instance_not_found")
    assert (await api.get("/instances/%2E%2E/why")).is_problem(404, "instance_not_found")
