"""`durably dev` as its user meets it: a process in a terminal or a pipe, and HTTP."""

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import aiohttp
import psutil
import pytest

from tests.harness.ports import free_port
from tests.harness.processes import Process, says
from tests.harness.waiting import true, until

PROCESSES: Final = ("engine", "worker", "api")
_COMMAND: Final = (sys.executable, "-m", "durably.cli", "dev")
_PORT_OPTIONS: Final = ("--port", "--worker-port", "--probe-port", "--receiver-port", "--engine-port")


class Dev:
    """One data folder, and the `durably dev` that runs on it, always on the same ports."""

    def __init__(self, folder: Path, *, env: Mapping[str, str] | None = None) -> None:
        self.data = folder / "data"
        ports = [word for option in _PORT_OPTIONS for word in (option, str(free_port()))]
        command = [*_COMMAND, "--json", "--data", str(self.data), *ports]
        self.process = Process(
            "dev", command, log=folder / "dev.log", env=env, ready=says('"ready_s"'), start_timeout_s=60
        )

    @property
    def about(self) -> dict[str, Any]:
        """The line of JSON that it printed."""
        (line,) = (line for line in self.process.output().splitlines() if line.startswith('{"api"'))
        about: dict[str, Any] = json.loads(line)
        return about

    def pid(self, name: str) -> int:
        """The PID that a process has now."""
        again = [line for line in self.process.output().splitlines() if f"{name} runs again as PID " in line]
        return int(again[-1].split(" as PID ")[1].split(";")[0]) if again else self.about["pids"][name]

    def runs(self, task_id: str, activity: str) -> list[int]:
        """The PIDs of the workers that began an activity of a task, from the log file."""
        lines = (self.data / "logs" / "worker.log").read_text().splitlines()
        entries = [json.loads(line) for line in lines if line.startswith("{")]
        wanted = {"event": "activity_started", "instance_id": f"task-{task_id}", "activity": activity}
        return [entry["pid"] for entry in entries if wanted.items() <= entry.items()]

    async def start_task(self, task_id: str) -> None:
        """What the `curl` of the announcement does."""
        task = {"task_id": task_id, "title": "Write report", "assignee": "ada"}
        async with _session() as session, session.post(f"{self.about['api']}/tasks/process", json=task) as answer:
            assert answer.status == 202, await answer.text()

    async def running(self, task_id: str, activity: str, times: int = 1) -> None:
        """Until an activity has begun that often."""
        look = true(lambda: len(self.runs(task_id, activity)) >= times)
        await until(look, what=f"{activity} of {task_id} began {times}x", timeout_s=20)

    async def result(self, task_id: str) -> Any:
        """The output, once the task has ended."""
        url = f"{self.about['api']}/instances/task-{task_id}?wait=5s"

        async def look() -> dict[str, Any]:
            view: dict[str, Any] = await _json(url)
            return view

        seen = await until(look, what=f"{task_id} has ended", timeout_s=30, holds=_has_ended, retry_on=_NOT_YET)
        return seen["output"]

    async def notified(self, task_id: str) -> int:
        """How many notifications of a task the receiver has."""
        return sum(entry["body"]["task_id"] == task_id for entry in await _json(self.about["receiver"]))


_NOT_YET: Final = (aiohttp.ClientError, TimeoutError)


def _session() -> aiohttp.ClientSession:
    return aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=15), raise_for_status=False)


async def _json(url: str) -> Any:
    async with _session() as session, session.get(url) as answer:
        answer.raise_for_status()
        return await answer.json()


def _has_ended(view: dict[str, Any]) -> bool:
    return view["status"] in {"completed", "failed", "terminated"}


def _delay(**seconds: float) -> dict[str, str]:
    return {"DURABLY_WORKER_ACTIVITY_DELAY_S": json.dumps(seconds)}


async def _gone(pids: list[int]) -> None:
    await until(true(lambda: not any(map(psutil.pid_exists, pids))), what="no process is left behind")


@pytest.fixture(scope="module")
def dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dev]:
    """One stack for the tests that leave it as they found it; assign_task is slow enough to be killed in."""
    dev = Dev(tmp_path_factory.mktemp("dev"), env=_delay(assign_task=1))
    asyncio.run(dev.process.start())
    yield dev
    asyncio.run(dev.process.stop(20))


@pytest.fixture
async def own(tmp_path: Path) -> AsyncIterator[Dev]:
    """A stack to be started, stopped and killed."""
    dev = Dev(tmp_path)
    yield dev
    await dev.process.stop(20)


async def test_it_is_ready_within_ten_seconds_and_everything_that_it_announces_answers(dev: Dev) -> None:
    busy = os.getloadavg()[0] > 2 * (os.cpu_count() or 1)  # with something that is not ours
    assert dev.about["ready_s"] < 10 or busy
    for name in ("docs", "metrics", "worker_metrics", "receiver"):
        async with _session() as session, session.get(dev.about[name]) as answer:
            assert answer.status == 200, name


async def test_a_task_goes_through_and_its_assignee_is_notified_once(dev: Dev) -> None:
    await dev.start_task("through")
    assert (await dev.result("through"))["status"] == "completed"
    assert await dev.notified("through") == 1


async def test_a_killed_worker_comes_back_and_the_running_task_completes(dev: Dev) -> None:
    first = dev.pid("worker")
    await dev.start_task("survivor")
    await dev.running("survivor", "assign_task")
    os.kill(first, signal.SIGKILL)
    assert (await dev.result("survivor"))["status"] == "completed"
    second = dev.pid("worker")
    assert second != first
    assert dev.runs("survivor", "validate_task") == [first]
    assert dev.runs("survivor", "assign_task") == [first, second]
    assert dev.runs("survivor", "send_notification") == [second]
    assert await dev.notified("survivor") == 1
    assert f"worker (PID {first}) was killed by SIGKILL" in dev.process.output()


@pytest.mark.parametrize("name", ["api", "engine"])
async def test_a_killed_api_or_engine_comes_back_and_the_running_task_completes(dev: Dev, name: str) -> None:
    task_id = f"without-{name}"
    await dev.start_task(task_id)
    await dev.running(task_id, "assign_task")
    first = dev.pid(name)
    os.kill(first, signal.SIGKILL)
    assert (await dev.result(task_id))["status"] == "completed"
    assert dev.pid(name) != first
    assert len(dev.runs(task_id, "validate_task")) == 1
    assert await dev.notified(task_id) == 1


async def test_a_second_one_in_the_same_folder_says_so_in_one_line(dev: Dev, tmp_path: Path) -> None:
    second = Process("second", [*_COMMAND, "--data", str(dev.data), "--port", "0"], log=tmp_path / "second.log")
    second.spawn()
    assert await second.wait_exit() == 2
    line = f"durably: {dev.data} is in use by another durably (PID {dev.process.pid}); "
    line += "stop that one, or choose another folder with --data or DURABLY_DEV_DATA"
    assert second.output().splitlines() == [line]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_stops_everything_cleanly(own: Dev, number: signal.Signals) -> None:
    await own.process.start()
    children = [own.pid(name) for name in PROCESSES]
    os.kill(own.process.pid, number)
    assert await own.process.wait_exit() == 0
    assert not any(map(psutil.pid_exists, children))
    said = own.process.output()
    assert [said.index(f"{name} (PID {pid}) exited with code 0") for name, pid in zip(PROCESSES, children, strict=True)]
    assert said.index("api (PID") < said.index("worker (PID") < said.index("engine (PID")


async def test_an_activity_in_flight_finishes_at_ctrl_c_and_the_next_start_does_the_rest(own: Dev) -> None:
    own.process.env = _delay(assign_task=2)
    await own.process.start()
    await own.start_task("1")
    await own.running("1", "assign_task")
    os.kill(own.process.pid, signal.SIGINT)
    assert await own.process.wait_exit() == 0
    first = own.about["pids"]["worker"]
    await own.process.start()
    assert (await own.result("1"))["status"] == "completed"
    assert own.runs("1", "assign_task") == [first]
    assert own.runs("1", "send_notification") == [own.pid("worker")]
    assert await own.notified("1") == 1


async def test_a_second_ctrl_c_stops_at_once_and_the_next_start_resumes_what_was_running(own: Dev) -> None:
    own.process.env = _delay(assign_task=600)
    await own.process.start()
    await own.start_task("1")
    await own.running("1", "assign_task")
    first = own.pid("worker")
    os.kill(own.process.pid, signal.SIGINT)
    await until(true(lambda: "worker_stopping" in own.process.output()), what="the worker drains")
    os.kill(own.process.pid, signal.SIGINT)
    assert await own.process.wait_exit(5) == 0
    own.process.env = {}
    await own.process.start()
    assert (await own.result("1"))["status"] == "completed"
    assert own.runs("1", "assign_task") == [first, own.pid("worker")]
    assert await own.notified("1") == 1


async def test_everything_is_killed_and_the_next_start_resumes(own: Dev) -> None:
    """No process stays behind when the supervisor alone is killed: the next start finds ports and state free."""
    own.process.env = _delay(assign_task=600)
    await own.process.start()
    await own.start_task("1")
    await own.running("1", "assign_task")
    children = [own.pid(name) for name in PROCESSES]
    os.kill(own.process.pid, signal.SIGKILL)
    await own.process.wait_exit()
    await _gone(children)
    own.process.env = {}
    await own.process.start()
    assert (await own.result("1"))["status"] == "completed"


async def test_ctrl_c_while_it_starts_stops_what_was_started(own: Dev) -> None:
    own.process.spawn()
    await until(true(lambda: "listening on" in own.process.output()), what="the engine runs", timeout_s=20)
    children = [child.pid for child in psutil.Process(own.process.pid).children()]
    os.kill(own.process.pid, signal.SIGINT)
    assert await own.process.wait_exit() == 0
    await _gone(children)


async def test_a_taken_port_is_one_line_with_the_option_that_changes_it(own: Dev) -> None:
    port = own.process.command[own.process.command.index("--probe-port") + 1]
    with socket.create_server(("127.0.0.1", int(port))):
        own.process.spawn()
        assert await own.process.wait_exit() == 2
    line = f"durably: port {port} of the worker's probes is taken; "
    line += "choose another with --probe-port or DURABLY_DEV_PROBE_PORT"
    assert own.process.output().splitlines() == [line]


async def test_a_folder_that_cannot_be_written_to_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    folder = tmp_path / "file" / "data"
    process = Process("dev", _COMMAND, log=tmp_path / "dev.log", env={"DURABLY_DEV_DATA": str(folder)})
    process.spawn()
    assert await process.wait_exit() == 2
    assert process.output().splitlines() == [
        f"durably: cannot write to {folder} (Not a directory); choose another folder with --data or DURABLY_DEV_DATA"
    ]


async def test_a_wrong_setting_of_the_worker_ends_the_start_with_its_name(own: Dev) -> None:
    own.process.env = {"DURABLY_WORKER_LOG_LEVEL": "LOUD"}
    own.process.spawn()
    assert await own.process.wait_exit() == 1
    last = own.process.output().splitlines()[-1]
    assert last.startswith("durably: worker exited with code 2 while starting: DURABLY_WORKER_LOG_LEVEL")


async def test_on_a_terminal_it_shows_what_to_try_and_stops_at_ctrl_c(own: Dev, terminal: "_Terminal") -> None:
    await terminal.run([word for word in own.process.command if word != "--json"])
    await terminal.shows("kill me: kill -9 ")
    await terminal.shows("work_stream_connected")
    terminal.type("\x03")
    assert await terminal.wait_exit() == 0
    assert "\x1b[36mworker  |\x1b[0m" in terminal.said
    assert '{"timestamp"' not in terminal.said, "logs are for people here"
    (curl,) = (line.strip() for line in terminal.said.splitlines() if "/tasks/process" in line)
    assert curl.startswith("curl -s http://127.0.0.1:")
    assert curl.endswith("""-d '{"task_id":"1","title":"Write report","assignee":"ada"}'""")


class _Terminal:
    """A pseudo-terminal with a command in it."""

    _SPAWN: Final = "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))"

    def __init__(self) -> None:
        self.process: asyncio.subprocess.Process | None = None
        self.said = ""

    async def run(self, command: list[str]) -> None:
        """Run a command."""
        pipe = asyncio.subprocess.PIPE
        env = os.environ | {"TERM": "xterm"}
        env.pop("NO_COLOR", None)
        self.process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", self._SPAWN, *command), stdin=pipe, stdout=pipe, env=env
        )

    async def shows(self, text: str) -> None:
        """Until it has shown some text."""
        assert self.process is not None
        assert self.process.stdout is not None
        async with asyncio.timeout(20):
            while text not in self.said:
                chunk = await self.process.stdout.read(65_536)
                assert chunk, self.said
                self.said += chunk.decode(errors="replace")

    def type(self, keys: str) -> None:
        """Press keys."""
        assert self.process is not None
        assert self.process.stdin is not None
        self.process.stdin.write(keys.encode())

    async def wait_exit(self) -> int:
        """The exit code of the command."""
        assert self.process is not None
        rest, _ = await asyncio.wait_for(self.process.communicate(), 20)
        self.said += rest.decode(errors="replace")
        assert self.process.returncode is not None
        return self.process.returncode


@pytest.fixture
async def terminal() -> AsyncIterator[_Terminal]:
    terminal = _Terminal()
    yield terminal
    if terminal.process is not None and terminal.process.returncode is None:
        terminal.process.kill()  # which hangs up on the command
        await terminal.process.communicate()
