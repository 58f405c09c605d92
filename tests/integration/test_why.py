"""Why an instance is where it is: each verdict really caused, over HTTP, with the whole system as processes."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from durably.engine.stream import WorkStream
from tests.harness.managed import Managed
from tests.harness.stack import EngineKind, Stack
from tests.harness.waiting import true, until
from tests.integration import why_worker as releases

pytestmark = pytest.mark.asyncio(loop_scope="module")

ASK = {"subject": "Buy a boat", "approvers": ["ada", "bob"], "deadline_s": 86_400, "on_deadline": "reject"}
LOST_AFTER_S = 4
_ENV = {
    "DURABLY_WORKER_HEARTBEAT_INTERVAL_S": "0.4",
    "DURABLY_WORKER_DISPATCH_LOST_AFTER_S": str(LOST_AFTER_S),
    "DURABLY_WORKER_SIDECAR_RESTART": "false",
    "DURABLY_WORKER_CODE_VERSION": "test-7",
    "DURABLY_WORKER_CENSUS_INTERVAL_S": "1",
}

Release = Callable[[str], Awaitable[None]]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(kind: EngineKind, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    folder = tmp_path_factory.mktemp(kind)
    stack = Stack(folder, engine=kind, worker_module="tests.integration.why_worker", env=_ENV)
    await stack.start()
    yield stack
    await stack.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(stack: Stack) -> AsyncIterator[Managed]:
    async with aiohttp.ClientSession(stack.url) as http:
        yield Managed(http, stack.control_url)


@pytest_asyncio.fixture(loop_scope="module")
async def release(stack: Stack) -> AsyncIterator[Release]:
    """A function that puts another release in the place of the worker; the full one is back in the end."""

    async def put(which: str) -> None:
        stack.worker.env[releases.RELEASE] = which
        await stack.worker.stop()
        await stack.recover()

    yield put
    await put(releases.FULL)


@pytest_asyncio.fixture(loop_scope="module")
async def mended(stack: Stack) -> AsyncIterator[None]:
    """Whatever a test breaks is whole again after it."""
    yield
    for process in stack.processes:
        process.resume()
    await stack.recover()


async def _why(api: Managed, instance_id: str, verdict: str | None = None, *, timeout_s: float = 20) -> Any:
    """The diagnosis, once it is the one that is waited for; each takes less than 5 s."""

    async def look() -> Any:
        begun = time.monotonic()
        found = await api.get(f"/instances/{instance_id}/why")
        assert time.monotonic() - begun < 5
        return found

    return await until(
        look,
        what=f"{instance_id} is {verdict}",
        timeout_s=timeout_s,
        holds=lambda found: verdict in {None, found["verdict"]},
    )


async def _counted(stack: Stack, workflow: str, verdict: str) -> None:
    """Return once the metric counts an instance of that workflow under that verdict."""
    line = f'durably_instances_by_verdict{{verdict="{verdict}",workflow="{workflow}"}}'

    async def look() -> str:
        async with aiohttp.ClientSession(stack.probe_url) as http, http.get("/metrics") as answer:
            return next((each for each in (await answer.text()).splitlines() if each.startswith(line)), "")

    await until(look, what=f"{line} counts", timeout_s=20, holds=lambda seen: seen.endswith((" 1.0", " 2.0")))


def _quoted(found: Any) -> dict[str, Any]:
    """The history events that the evidence quotes, by type."""
    return {each["event_type"]: each for each in found["evidence"] if each["source"] == "history"}


# What waits on purpose, and what runs


async def test_an_instance_that_waits_for_an_event_says_which_since_when_and_how_to_send_it(api: Managed) -> None:
    instance_id = await api.start("wait_for_events", ["go"])
    found = await _why(api, instance_id, "waiting_for_event")
    (created,) = await api.history(instance_id, "timerCreated")
    assert (found["healthy"], found["event"], found["until"]) == (True, "go", None)
    assert found["since"] == created["timestamp"]
    assert _quoted(found)["timerCreated"]["at"] == created["timestamp"]
    assert found["next_commands"][0]["command"] == f"durably event {instance_id} go"
    assert (await api.post(f"/instances/{instance_id}/events/go", 1))[0] == 202
    assert (await api.ended(instance_id))["output"] == [1]


async def test_a_wait_that_ends_by_itself_says_when(api: Managed) -> None:
    instance_id = await api.start("wait_with_timeout", {"event": "go", "seconds": 600})
    found = await _why(api, instance_id, "waiting_for_event")
    (created,) = await api.history(instance_id, "timerCreated")
    assert found["until"] == created["fire_at"]
    await api.post(f"/instances/{instance_id}/terminate")


async def test_an_approval_says_who_may_still_vote_since_when_and_until_when(api: Managed) -> None:
    instance_id = await api.start("ask", ASK | {"required": 2})
    asked = await api.approval(instance_id)
    await api.post(f"/instances/{instance_id}/events/approval", {"approve": True}, by="ada")
    await api.approval(instance_id, votes=[{"by": "ada", "approve": True, "reason": ""}])
    found = await _why(api, instance_id, "waiting_for_event")
    assert (found["healthy"], found["event"], found["approvers"]) == (True, "approval", ["bob"])
    assert (found["since"], found["until"]) == (asked["since"], asked["until"])
    assert "Buy a boat" in found["summary"]
    assert found["next_commands"][0]["command"] == f"durably approve {instance_id}"
    await api.post(f"/instances/{instance_id}/terminate")


async def test_an_instance_that_waits_for_a_timer_says_when_it_fires(api: Managed) -> None:
    instance_id = await api.start("sleeper", {"seconds": 600})
    found = await _why(api, instance_id, "waiting_for_timer")
    (created,) = await api.history(instance_id, "timerCreated")
    assert (found["healthy"], found["until"], found["since"]) == (True, created["fire_at"], created["timestamp"])
    await api.post(f"/instances/{instance_id}/terminate")


async def test_a_running_activity_says_where_since_when_and_whose_log_to_read(api: Managed, stack: Stack) -> None:
    instance_id = await api.start("call", {"activity": "nap", "input": {"seconds": 4}})
    found = await _why(api, instance_id, "activity_running")
    (worker,) = (await api.get("/workers"))["workers"]
    assert (found["healthy"], found["activity"], found["attempt"]) == (True, "nap", 1)
    assert found["worker"] == worker["worker"]
    (scheduled,) = await api.history(instance_id, "taskScheduled")
    assert found["since"] == scheduled["started_at"]
    assert {each["source"] for each in found["evidence"]} == {"history", "journal", "heartbeat"}
    assert found["next_commands"][0]["command"] == f"grep -F {instance_id} {stack.worker.log}"
    await api.ended(instance_id)


async def test_an_activity_that_is_retried_says_why_it_failed_and_when_it_is_tried_again(api: Managed) -> None:
    given = {"activity": "flaky", "input": {"failures": 9}, "first_s": 600, "attempts": 3}
    instance_id = await api.start("call_with_retry", given)
    found = await _why(api, instance_id, "activity_retrying")
    (timer,) = await api.history(instance_id, "timerCreated")
    assert (found["healthy"], found["activity"], found["attempt"]) == (True, "flaky", 2)
    assert (found["until"], found["failure"]["message"]) == (timer["fire_at"], "attempt 1 fails")
    assert "attempt 1 fails" in _quoted(found)["taskFailed"]["text"]
    await api.post(f"/instances/{instance_id}/terminate")


async def test_a_paused_instance_says_who_paused_it_and_why(api: Managed) -> None:
    instance_id = await api.start("wait_for_events", ["go"])
    await api.post(f"/instances/{instance_id}/pause", {"reason": "lunch: 1 h"}, by="Jürgen B.")
    found = await _why(api, instance_id, "paused")
    assert (found["healthy"], found["by"], found["reason"]) == (True, "Jürgen B.", "lunch: 1 h")
    (suspended,) = await api.history(instance_id, "executionSuspended")
    assert found["since"] == suspended["timestamp"]
    assert found["next_commands"][0]["command"] == f"durably resume {instance_id}"
    await api.post(f"/instances/{instance_id}/terminate")


async def test_a_parent_is_followed_down_to_what_its_grandchild_waits_for(api: Managed) -> None:
    grandchild = {"workflow": "wait_for_events", "input": ["go"]}
    instance_id = await api.start("parent", {"workflow": "parent", "input": grandchild})

    async def below() -> Any:
        return (await _why(api, instance_id, "waiting_for_child"))["child"]

    child = await until(below, what="the child waits too", holds=lambda c: bool(c and c["child"]))
    assert (child["verdict"], child["child"]["verdict"]) == ("waiting_for_child", "waiting_for_event")
    assert child["child"]["event"] == "go"
    await api.post(f"/instances/{instance_id}/terminate")


# What has ended


async def test_a_failed_instance_names_the_activity_the_exception_and_its_stack(api: Managed) -> None:
    instance_id = await api.start("call", {"activity": "fail", "input": "no such customer"})
    await api.ended(instance_id)
    found = await _why(api, instance_id, "failed")
    assert (found["healthy"], found["activity"]) == (False, "fail")
    assert (found["failure"]["type"], found["failure"]["message"]) == ("ValueError", "no such customer")
    assert "raise ValueError" in found["failure"]["stack"]
    assert "no such customer" in _quoted(found)["taskFailed"]["text"]
    worker = (await api.get("/workers"))["workers"][0]
    assert found["worker"] == worker["worker"]


async def test_an_instance_that_failed_in_its_own_code_says_so(api: Managed) -> None:
    instance_id = await api.start("explode", "boom")
    await api.ended(instance_id)
    found = await _why(api, instance_id, "failed")
    assert (found["activity"], found["failure"]["type"]) == (None, "CustomError")


async def test_a_failure_of_a_child_is_followed_down(api: Managed) -> None:
    child = {"workflow": "call", "input": {"activity": "fail", "input": "deep down"}}
    instance_id = await api.start("parent", child)
    await api.ended(instance_id)
    found = await _why(api, instance_id, "failed")
    assert found["child"]["activity"] == "fail"
    assert found["child"]["failure"]["message"] == "deep down"


async def test_a_finished_instance_is_finished_and_a_terminated_one_says_by_whom(api: Managed) -> None:
    instance_id = await api.start("sequence", [1])
    await api.ended(instance_id)
    assert (await _why(api, instance_id))["verdict"] == "finished"
    stopped = await api.start("wait_for_events", ["go"])
    await api.post(f"/instances/{stopped}/terminate", {"reason": "no longer needed"}, by="bob")
    await api.ended(stopped)
    found = await _why(api, stopped, "finished")
    assert (found["healthy"], found["by"], found["reason"]) == (True, "bob", "no longer needed")


async def test_a_result_that_no_message_can_hold_is_too_large(api: Managed) -> None:
    instance_id = await api.start("call", {"activity": releases.BIG, "input": 5_000_000})
    await api.ended(instance_id)
    found = await _why(api, instance_id, "payload_too_large")
    assert (found["healthy"], found["activity"]) == (False, releases.BIG)


async def test_what_is_not_there_has_no_diagnosis(api: Managed) -> None:
    assert await api.refused("/instances/nobody-1/why", method="GET") == (404, "instance_not_found")


# Workers


async def test_a_worker_says_what_it_can_run_what_it_runs_and_which_code_it_is(api: Managed, stack: Stack) -> None:
    instance_id = await api.start("call", {"activity": "nap", "input": {"seconds": 2}})

    async def look() -> Any:
        (worker,) = (await api.get("/workers"))["workers"]
        return worker

    worker = await until(look, what="the nap is in flight", holds=lambda each: bool(each["in_flight"]))
    assert (worker["pid"], worker["version"], worker["stream"]) == (stack.worker.pid, "test-7", "connected")
    assert "nap" in worker["activities"]
    assert {"name": "released", "versions": ["v1", "v2"]} in worker["workflows"]
    (running,) = worker["in_flight"]
    assert (running["instance_id"], running["activity"], running["attempt"]) == (instance_id, "nap", 1)
    await api.ended(instance_id)


# What the workers' code lacks


async def test_an_activity_that_no_worker_has_registered_is_named(api: Managed, release: Release, stack: Stack) -> None:
    await release(releases.NO_ECHO)
    instance_id = await api.start("sequence", ["a"])
    found = await _why(api, instance_id, "activity_not_registered")
    assert (found["healthy"], found["activity"]) == (False, "echo")
    assert "taskScheduled" in _quoted(found)
    assert found["next_commands"][0]["command"] == "durably workers"
    await _counted(stack, "sequence", "activity_not_registered")
    await release(releases.FULL)
    assert (await api.ended(instance_id))["output"] == ["a"]


async def test_a_workflow_that_no_worker_has_registered_is_named(api: Managed, release: Release) -> None:
    await release(releases.NO_SEQUENCE)
    instance_id = await api.start("parent", {"workflow": "sequence", "input": [1]})

    async def child() -> Any:
        return (await _why(api, instance_id))["child"] or {}

    named = "workflow_not_registered"
    found = await until(child, what="no worker has it", timeout_s=20, holds=lambda c: c.get("verdict") == named)
    assert (found["healthy"], found["workflow"]) == (False, "sequence")
    assert (await _why(api, instance_id, "waiting_for_child"))["healthy"] is False
    await release(releases.FULL)
    assert (await api.ended(instance_id))["output"] == [1]


async def test_a_version_that_no_worker_has_is_named(api: Managed, release: Release, stack: Stack) -> None:
    instance_id = await api.start("released", {})
    await _why(api, instance_id, "waiting_for_event")
    await release(releases.OLD)
    found = await _why(api, instance_id, "missing_version")
    assert (found["healthy"], found["version"]) == (False, "v2")
    assert any("v1" in each["text"] and each["source"] == "heartbeat" for each in found["evidence"])
    await api.post(f"/instances/{instance_id}/events/go", 1)
    await api.reaches(instance_id, "stalled")
    assert (await _why(api, instance_id, "missing_version"))["healthy"] is False
    await _counted(stack, "released", "missing_version")
    await release(releases.FULL)
    assert (await api.ended(instance_id))["output"] == ["v2", 1]


async def test_a_replay_that_differs_says_what_was_expected_and_what_came(api: Managed, release: Release) -> None:
    instance_id = await api.start("waits_far_ahead", {"seconds": 600})
    await _why(api, instance_id, "waiting_for_event")
    await release(releases.DIFFERENT)
    await api.post(f"/instances/{instance_id}/events/approve", 1)
    found = await _why(api, instance_id, "non_deterministic")
    assert found["healthy"] is False
    assert "echo" in found["mismatch"]["actual"]
    assert found["mismatch"]["file"].endswith("why_worker.py")
    assert found["mismatch"]["line"] > 0
    await release(releases.FULL)
    assert (await api.ended(instance_id))["output"] == "approved in the first wait"


# What nobody works on


@pytest_asyncio.fixture(loop_scope="module")
async def swallower(stack: Stack) -> AsyncIterator[None]:
    """Something that takes work from the engine beside the worker, does nothing with it, and says nothing of itself."""
    stream = WorkStream(host="127.0.0.1", port=stack.engine.grpc_port, token=None, on_change=lambda _: None)
    taking = asyncio.create_task(stream.run(on_open=lambda: None, on_item=lambda _: None))
    await until(true(lambda: stream.connected), what="it is connected")
    yield
    taking.cancel()
    await asyncio.gather(taking, return_exceptions=True)
    await stream.aclose()


@pytest.mark.usefixtures("mended", "swallower")
async def test_an_activity_that_was_scheduled_and_that_no_worker_runs_is_lost(api: Managed, stack: Stack) -> None:
    given = [{"activity": "echo", "input": n} for n in range(8)]
    ids = [f"swallowed-{n}" for n in range(8)]
    for each in ids:
        await api.ask("POST", f"{stack.control_url}/control/workflows/fan_out/instances/{each}", json=given)

    async def lost() -> Any:
        found = [await _why(api, each) for each in ids]
        return next((f for f in found if (f["verdict"], f["activity"]) == ("dispatch_lost", "echo")), None)

    found = await until(lost, what="one of their activities is lost", timeout_s=30)
    scheduled = {e["timestamp"] for e in await api.history(found["instance_id"], "taskScheduled")}
    assert found["healthy"] is False
    assert found["since"] in scheduled
    assert _quoted(found)["taskScheduled"]["at"] == found["since"]
    assert {each["source"] for each in found["evidence"]} >= {"history", "heartbeat"}
    assert found["next_commands"]


# What is away


@pytest.mark.usefixtures("mended")
async def test_without_a_worker_that_is_the_verdict(api: Managed, stack: Stack) -> None:
    instance_id = await api.start("wait_for_events", ["go"])
    stack.worker.kill()
    found = await _why(api, instance_id, "no_worker")
    assert found["healthy"] is False
    assert found["next_commands"]
    workers = await api.get("/workers")
    assert (workers["workers"], bool(workers["problem"])) == ([], True)


@pytest.mark.usefixtures("mended")
async def test_a_worker_that_gets_no_work_any_more_is_told_from_one_that_is_gone(api: Managed, stack: Stack) -> None:
    instance_id = await api.start("wait_for_events", ["go"])
    os.kill(stack.worker.pid, signal.SIGUSR1)
    found = await _why(api, instance_id, "stream_dead")
    assert (found["healthy"], found["worker"].endswith(str(stack.worker.pid))) == (False, True)
    stack.worker.kill()


@pytest.mark.usefixtures("mended")
async def test_a_sidecar_that_is_away_is_told_from_a_worker_that_is(
    api: Managed, stack: Stack, kind: EngineKind
) -> None:
    instance_id = await api.start("wait_for_events", ["go"])
    stack.engine.parts["engine" if kind == "embedded" else "daprd-api"].kill()
    found = await _why(api, instance_id, "sidecar_unreachable")
    assert found["healthy"] is False


@pytest.mark.dapr
@pytest.mark.usefixtures("mended")
@pytest.mark.parametrize("kind", ["dapr"], indirect=True, ids=["dapr"])
@pytest.mark.parametrize("how", ["kill", "pause"])
async def test_a_state_store_that_is_away_is_told_from_its_sidecar(api: Managed, stack: Stack, how: str) -> None:
    instance_id = await api.start("wait_for_events", ["go"])
    getattr(stack.engine.parts["redis"], how)()
    found = await _why(api, instance_id, "state_store_unreachable", timeout_s=40)
    assert found["healthy"] is False
    assert found["next_commands"]


@pytest.mark.dapr
@pytest.mark.parametrize("kind", ["dapr"], indirect=True, ids=["dapr"])
async def test_a_history_that_no_message_can_hold_is_too_large(api: Managed) -> None:
    instance_id = await api.start("sequence", ["x" * 450_000])
    await api.ended(instance_id)
    given = [{"activity": releases.BIG, "input": 950_000}] * 5
    instance_id = await api.start("fan_out", given)
    found = await _why(api, instance_id, "payload_too_large")
    assert (found["status"], found["healthy"]) == ("stalled", False)
    assert "executionStalled" in _quoted(found)
