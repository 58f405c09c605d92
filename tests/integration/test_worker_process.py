"""The worker as a process: how it starts, stops, loses its engine and finds it again, and what it tells meanwhile."""

import asyncio
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.harness.ports import free_port
from tests.harness.processes import Process, answers
from tests.harness.stack import EngineKind, Stack
from tests.harness.waiting import true, until

ENGINES = pytest.mark.parametrize("engine_kind", ["embedded", pytest.param("dapr", marks=pytest.mark.dapr)])


class Worker:
    """A worker and its engine as processes, without an API."""

    def __init__(self, stack: Stack, http: aiohttp.ClientSession) -> None:
        self.stack = stack
        self.process = stack.worker
        self._http = http

    async def start_task(self, task_id: str) -> tuple[int, dict[str, Any]]:
        """Start a task pipeline through the control API."""
        url = f"{self.stack.control_url}/control/workflows/task_processing_workflow/instances/task-{task_id}"
        body = {"task_id": task_id, "title": "Write the report", "assignee": "ada"}
        async with self._http.post(url, json=body) as answer:
            return answer.status, await answer.json()

    async def control(self, path: str) -> tuple[int, dict[str, Any]]:
        """Read from the control API."""
        async with self._http.get(f"{self.stack.control_url}/control{path}") as answer:
            return answer.status, await answer.json()

    async def ended(self, task_id: str) -> str:
        """The status of a task's workflow once it has ended."""
        status, view = await self.control(f"/instances/task-{task_id}?wait=30")
        assert status == 200, view
        return str(view["status"])

    async def probe(self, path: str) -> tuple[int, str]:
        """Ask a probe."""
        async with self._http.get(f"{self.stack.probe_url}{path}") as answer:
            return answer.status, await answer.text()

    async def ready(self) -> bool:
        """Whether it says that it is ready."""
        return (await self.probe("/readyz"))[0] == 200

    async def until_begun(self, activity: str) -> None:
        """Return once an activity is in flight in the process that runs now."""

        async def begun() -> bool:
            return any(e.activity == activity for e in self.stack.ledger.in_flight(self.process.pid))

        await until(begun, what=f"{activity} has begun")

    def lines(self) -> list[dict[str, Any]]:
        """Every line that it wrote, of all of its starts; each must be JSON."""
        return [json.loads(line) for line in self.process.output(all_starts=True).splitlines()]

    def line(self, event: str) -> dict[str, Any]:
        """The one line with an event."""
        (line,) = [line for line in self.lines() if line["event"] == event]
        return line


Launch = Callable[..., Any]


@pytest.fixture
def engine_kind() -> EngineKind:
    """The embedded engine, unless the test is parametrised."""
    return "embedded"


@pytest.fixture
async def launch(engine_kind: EngineKind, tmp_path: Path) -> Launch:
    """Starts a worker with its engine, given delays of activities in seconds and further environment variables."""

    @asynccontextmanager
    async def start(delays_s: dict[str, float] | None = None, **env: str) -> AsyncIterator[Worker]:
        stack = Stack(tmp_path, engine=engine_kind, delays_s=delays_s, env=env)
        await asyncio.gather(stack.receiver.process.start(), stack.engine.start())
        await stack.worker.start()
        try:
            async with aiohttp.ClientSession() as http:
                yield Worker(stack, http)
        finally:
            await stack.stop()

    return start


@ENGINES
async def test_sigterm_lets_an_activity_in_flight_finish_and_it_never_runs_again(launch: Launch) -> None:
    async with launch({"assign_task": 1.5}) as worker:
        await worker.start_task("1")
        await worker.until_begun("assign_task")
        worker.process.terminate()

        assert await worker.process.wait_exit(10) == 0
        drained = worker.line("worker_drained")
        assert (drained["in_flight"], drained["finished"], drained["left"]) == (1, True, 0)

        await worker.process.start()
        assert await worker.ended("1") == "completed"
        executions = worker.stack.ledger.executions("task-1")
        assert Counter(e.activity for e in executions) == {"validate_task": 1, "assign_task": 1, "send_notification": 1}
        assert {e.outcome for e in executions} == {"completed"}  # none again, and none begun again
        assert len(worker.stack.ledger.effects("1")) == 1


async def test_while_it_drains_it_is_not_ready_and_starts_nothing_but_still_shows(launch: Launch) -> None:
    async with launch({"assign_task": 2}) as worker:
        await worker.start_task("1")
        await worker.until_begun("assign_task")
        worker.process.terminate()
        await until(true(lambda: "worker_stopping" in worker.process.output()), what="it has taken the signal")

        assert not await worker.ready()
        status, problem = await worker.start_task("2")
        assert (status, problem["code"]) == (503, "no_worker")
        status, view = await worker.control("/instances/task-1")
        assert (status, view["status"]) == (200, "running")
        assert (await worker.probe("/livez"))[0] == 200


async def test_a_long_poll_ends_with_what_is_there_when_the_worker_goes(launch: Launch) -> None:
    async with launch({"assign_task": 2}) as worker:
        await worker.start_task("1")
        await worker.until_begun("assign_task")
        polling = asyncio.create_task(worker.control("/instances/task-1?wait=60"))
        assert (await worker.control("/instances/task-1"))[0] == 200  # the poll left before this
        worker.process.terminate()

        status, view = await asyncio.wait_for(polling, 5)
        assert (status, view["status"]) == (200, "running")
        assert await worker.process.wait_exit(5) == 0


async def test_an_activity_that_outlasts_the_grace_period_runs_again_and_its_effect_happens_once(
    launch: Launch,
) -> None:
    async with launch({"send_notification": 3}, DURABLY_WORKER_SHUTDOWN_GRACE_S="0.5") as worker:
        await worker.start_task("1")
        await worker.until_begun("send_notification")
        worker.process.terminate()

        assert await worker.process.wait_exit(6) == 0
        assert worker.line("worker_drained")["finished"] is False

        await worker.process.start()
        assert await worker.ended("1") == "completed"
        runs = worker.stack.ledger.executions("task-1", "send_notification")
        assert len({e.task_execution_id for e in runs}) == 1
        assert len(runs) == 2
        assert len(worker.stack.ledger.effects("1")) == 1


async def test_a_frozen_engine_cannot_hold_up_the_exit(launch: Launch) -> None:
    """The result of the activity cannot leave; the SDK alone would wait for half a minute."""
    async with launch({"assign_task": 0.6}, DURABLY_WORKER_SHUTDOWN_GRACE_S="1") as worker:
        await worker.start_task("1")
        await worker.until_begun("assign_task")
        worker.stack.engine.front.pause()
        worker.process.terminate()

        assert await worker.process.wait_exit(8) == 0
        assert worker.line("worker_drained")["finished"] is False

        worker.stack.engine.front.resume()
        await worker.process.start()
        assert await worker.ended("1") == "completed"


async def test_a_worker_that_started_beside_a_frozen_engine_stops_in_time_and_connects_when_it_thaws(
    tmp_path: Path,
) -> None:
    stack = Stack(tmp_path, engine="embedded")
    worker = Process(
        "worker",
        stack.worker.command,
        log=stack.worker.log,
        env=stack.worker.env,
        ready=answers(f"{stack.probe_url}/livez"),
    )
    await stack.engine.start()
    try:
        stack.engine.front.pause()
        await worker.start()
        worker.terminate()
        assert await worker.wait_exit(6) == 0

        await worker.start()
        stack.engine.front.resume()
        await until(lambda: answers(f"{stack.probe_url}/readyz")(worker), what="it is connected", timeout_s=5)
    finally:
        await worker.stop()
        await stack.stop()


async def test_a_second_signal_ends_it_at_once(launch: Launch) -> None:
    async with launch({"assign_task": 20}) as worker:
        await worker.start_task("1")
        await worker.until_begun("assign_task")
        worker.process.terminate()
        await until(true(lambda: "worker_stopping" in worker.process.output()), what="it has taken the first signal")
        worker.process.terminate()

        assert await worker.process.wait_exit(2) == 1


@ENGINES
async def test_with_a_frozen_engine_it_is_not_ready_and_every_call_says_so_in_time(launch: Launch) -> None:
    """The work stream looks open all the time: only a round trip tells."""
    async with launch() as worker:
        worker.stack.engine.front.pause()

        async def answer(call: Any) -> tuple[int, str]:
            begun = time.monotonic()
            status, problem = await call
            assert time.monotonic() - begun < 4
            return status, problem["code"]

        calls = [worker.control("/instances/x"), worker.control("/instances/x/history"), worker.start_task("1")]
        assert await asyncio.gather(*map(answer, calls)) == [(503, "engine_timeout")] * 3
        status, text = await worker.probe("/readyz")
        assert status == 503
        assert {name for name, check in json.loads(text)["checks"].items() if not check["ok"]} == {"engine"}
        assert (await worker.probe("/livez"))[0] == 200

        worker.stack.engine.front.resume()
        await until(worker.ready, what="it is ready again", timeout_s=5)
        assert (await worker.start_task("2"))[0] == 202
        assert await worker.ended("2") == "completed"


@ENGINES
@pytest.mark.parametrize("away_s", [1, 20])
async def test_it_finds_an_engine_that_was_away_within_five_seconds(launch: Launch, away_s: float) -> None:
    async with launch({"assign_task": 1}) as worker:
        await worker.start_task("0")
        await worker.until_begun("assign_task")
        worker.stack.engine.front.kill()
        back_at = time.monotonic() + away_s
        await until(true(lambda: "work_stream_lost" in worker.process.output()), what="it has seen the loss")
        assert not await worker.ready()
        assert (await worker.probe("/livez"))[0] == 200
        assert (await worker.start_task("1"))[1]["code"] == "engine_unavailable"
        await until(true(lambda: time.monotonic() > back_at), what="the outage is over", timeout_s=away_s + 5)

        await worker.stack.engine.front.start()
        await until(worker.ready, what="it is connected again", timeout_s=5)

        assert (await worker.start_task("2"))[0] == 202
        assert await worker.ended("2") == "completed"
        assert await worker.ended("0") == "completed"
        assert len(worker.stack.ledger.effects("0")) == 1
        assert await _metric(worker, "durably_work_stream_connected") == 1
        assert await _metric(worker, "durably_work_stream_losses_total") == 1


async def test_without_an_engine_it_runs_says_so_and_stops(tmp_path: Path) -> None:
    control, probes = free_port(), free_port()
    env = {
        "DURABLY_WORKER_SIDECAR_GRPC_PORT": str(free_port()),
        "DURABLY_WORKER_CONTROL_PORT": str(control),
        "DURABLY_WORKER_PROBE_PORT": str(probes),
    }
    ready = answers(f"http://127.0.0.1:{probes}/livez")
    process = Process("worker", [sys.executable, "-m", "worker"], log=tmp_path / "worker.log", env=env, ready=ready)
    await process.start()
    async with aiohttp.ClientSession(f"http://127.0.0.1:{control}") as http:
        async with http.get("/control/workflows") as answer:
            assert answer.status == 200
        async with http.get("/control/instances/x") as answer:
            assert (answer.status, (await answer.json())["code"]) == (503, "engine_unavailable")
        async with http.get(f"http://127.0.0.1:{probes}/readyz") as answer:
            assert answer.status == 503

    process.terminate()
    assert await process.wait_exit(5) == 0


async def test_the_numbers_after_a_run_are_those_of_the_run(launch: Launch) -> None:
    async with launch(DURABLY_WORKER_CENSUS_INTERVAL_S="0.2") as worker:
        await worker.stack.receiver.switch(fail=1)
        for task_id in ("1", "2"):
            await worker.start_task(task_id)
            assert await worker.ended(task_id) == "completed"

        workflow = {"workflow": "task_processing_workflow"}
        assert await _metric(worker, "durably_workflows_started_total", **workflow) == 2
        assert await _metric(worker, "durably_workflows_finished_total", **workflow, status="completed") == 2
        assert await _metric(worker, "durably_workflow_duration_seconds_count", **workflow, status="completed") == 2
        assert (await _metric(worker, "durably_workflow_replays_total", **workflow) or 0) >= 6
        attempts = "durably_activity_attempts_total"
        for activity in ("validate_task", "assign_task", "send_notification"):
            assert await _metric(worker, attempts, activity=activity, outcome="completed") == 2
            assert await _metric(worker, "durably_activities_in_flight", activity=activity) == 0
        assert await _metric(worker, attempts, activity="send_notification", outcome="failed") == 1
        duration = "durably_activity_duration_seconds_count"
        assert await _metric(worker, duration, activity="send_notification", outcome="failed") == 1
        start = {"method": "POST", "route": "/control/workflows/{name}/instances/{instance_id}", "status": "202"}
        assert await _metric(worker, "durably_http_requests_total", **start) == 2

        async def instances() -> float | None:
            return await _metric(worker, "durably_instances", **workflow, status="completed")

        await until(instances, what="the census has counted both", holds=lambda seen: seen == 2)


async def test_each_event_is_one_line_and_a_replay_writes_none(launch: Launch) -> None:
    """The pipeline has four turns: what the first one logs would stand there four times."""
    async with launch() as worker:
        await worker.start_task("1")
        assert await worker.ended("1") == "completed"
        await until(true(lambda: '"workflow_ended"' in worker.process.output()), what="the end is logged")

        told = [line for line in worker.lines() if line.get("instance_id") == "task-1"]
        assert [(line["event"], line.get("activity")) for line in told] == [
            ("workflow_started", None),
            ("activity_started", "validate_task"),
            ("activity_ended", "validate_task"),
            ("activity_started", "assign_task"),
            ("activity_ended", "assign_task"),
            ("activity_started", "send_notification"),
            ("activity_ended", "send_notification"),
            ("workflow_ended", None),
        ]
        assert {line["workflow"] for line in told} == {"task_processing_workflow"}
        assert {line["attempt"] for line in told if "activity" in line} == {1}
        assert {(line["service"], line["pid"]) for line in worker.lines()} == {("worker", worker.process.pid)}


async def test_a_failed_attempt_is_one_line_that_says_where(launch: Launch) -> None:
    async with launch() as worker:
        await worker.stack.receiver.switch(fail=1)
        await worker.start_task("1")
        assert await worker.ended("1") == "completed"

        (line,) = [line for line in worker.lines() if "NotificationError" in json.dumps(line)]
        assert (line["event"], line["outcome"], line["attempt"]) == ("activity_ended", "failed", 1)
        assert line["error_type"] == "NotificationError"
        assert "send_notification.py" in line["exception"]


async def test_replays_after_a_kill_write_no_line_a_second_time(launch: Launch) -> None:
    async with launch({"assign_task": 1}) as worker:
        await worker.start_task("1")
        await worker.until_begun("assign_task")
        worker.process.kill()
        await worker.process.start()
        assert await worker.ended("1") == "completed"
        await until(true(lambda: '"workflow_ended"' in worker.process.output()), what="the end is logged")

        told = Counter((line["event"], line.get("activity")) for line in worker.lines())
        assert told["workflow_started", None] == told["workflow_ended", None] == 1
        assert told["activity_ended", "validate_task"] == told["activity_ended", "assign_task"] == 1
        assert told["activity_started", "assign_task"] == 2


@pytest.mark.parametrize(
    ("variable", "value"),
    [("DURABLY_WORKER_CONTROL_PORT", "http"), ("DAPR_GRPC_PORT", "0"), ("DURABLY_WORKER_ACTIVITY_DELAY_S", "{")],
)
async def test_a_bad_setting_is_one_line_and_exit_code_2(tmp_path: Path, variable: str, value: str) -> None:
    process = Process("worker", [sys.executable, "-m", "worker"], log=tmp_path / "log", env={variable: value})
    process.spawn()

    assert await process.wait_exit(10) == 2
    (line,) = process.output().splitlines()
    assert line.startswith(f"{variable}: ")


async def test_a_taken_port_is_one_line_and_exit_code_1(tmp_path: Path, launch: Launch) -> None:
    async with launch() as worker:
        other = Process("other", worker.process.command, log=tmp_path / "other.log", env=worker.process.env)
        other.spawn()

        assert await other.wait_exit(10) == 1
        (line,) = other.output().splitlines()
        assert line.startswith("DURABLY_WORKER_PROBE_PORT: cannot listen on 127.0.0.1:")
        assert await worker.ready()


async def test_the_control_api_listens_on_loopback_alone(launch: Launch) -> None:
    async with launch(DURABLY_WORKER_PROBE_HOST="0.0.0.0") as worker:  # noqa: S104 - what a pod sets
        port = int(worker.stack.control_url.rsplit(":", 1)[1])
        (address,) = _listeners(worker.process.pid, port)

        assert address == "127.0.0.1"


async def test_ctrl_c_stops_it_in_order_too(launch: Launch) -> None:
    async with launch() as worker:
        os.kill(worker.process.pid, signal.SIGINT)

        assert await worker.process.wait_exit(5) == 0
        assert worker.line("worker_stopping")["signal"] == "SIGINT"
        assert worker.line("worker_stopped")


def _listeners(pid: int, port: int) -> list[str]:
    connections = psutil.Process(pid).net_connections("tcp")
    return [c.laddr.ip for c in connections if c.status == psutil.CONN_LISTEN and c.laddr.port == port]


async def _metric(worker: Worker, name: str, **labels: str) -> float | None:
    _, text = await worker.probe("/metrics")
    samples = (sample for family in text_string_to_metric_families(text) for sample in family.samples)
    return next((s.value for s in samples if s.name == name and s.labels == labels), None)
