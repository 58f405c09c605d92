"""Every command of the README is run: here, or by `.ci/run`."""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.harness.ports import free_port
from tests.harness.processes import Process, says

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
CI = (ROOT / ".ci/run").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:sh|console)\n(.*?)```", README, re.DOTALL)
PORTS = ("PORT", "WORKER_PORT", "PROBE_PORT", "RECEIVER_PORT", "ENGINE_PORT")


def commands() -> Iterator[str]:
    """The commands of all shell blocks, a continued line as one."""
    for block in BLOCKS:
        for line in block.replace("\\\n", " ").splitlines():
            command = line.removeprefix("$ ").split("  #")[0].strip()
            if command.startswith(("make ", "curl ", "durably ")):
                yield command


def test_every_make_command_of_the_readme_is_run_by_ci_or_by_this_file() -> None:
    targets = {command for command in commands() if command.startswith("make ")}
    local = {"make run", "make test", "make demo", "make check", "make bench"}
    assert targets == local | {"make up", "make e2e", "make down"}
    assert {target for target in targets if target not in CI} == {"make run"}, "make run is run below"


@pytest.mark.timeout(180)
async def test_make_run_and_the_requests_of_the_readme_do_what_it_says(tmp_path: Path) -> None:
    """The commands as they stand, but for the port: another program may have 8080."""
    ports = {f"DURABLY_DEV_{name}": str(free_port()) for name in PORTS}
    # The make that runs these tests hands its own options down, which are not meant for the one that runs here.
    env = ports | {"DURABLY_DEV_DATA": str(tmp_path / "data"), "MAKEFLAGS": "", "MAKEOVERRIDES": "", "ARGS": ""}
    command = ["make", "-C", str(ROOT), "run"]
    run = Process("run", command, log=tmp_path / "run.log", env=env, ready=says("kill -9"), start_timeout_s=150)
    await run.start()
    lines = [command for command in commands() if command.startswith(("curl ", "durably "))]
    *answers, watched, listed, told, why = [await shell(line, ports["DURABLY_DEV_PORT"]) for line in lines]
    started, status, ended, history = (json.loads(answer) for answer in answers)
    assert started == {"instance_id": "task-1", "status": "scheduled"}
    assert status["instance_id"] == "task-1"
    assert (ended["status"], ended["output"]["status"]) == ("completed", "completed")
    assert history["events"][-1]["type"] == "executionCompleted"
    assert "completed" in watched
    assert {"task-1", "task-2"} <= set(listed.split())
    assert {"validate_task", "assign_task", "send_notification", "completed"} <= set(told.split())
    assert "finished" in why
    os.killpg(run.pid, signal.SIGINT)
    # make passes the signal on, waits, and then ends by it itself.
    assert await run.wait_exit() in {0, -signal.SIGINT}, run.tail()
    assert {name for name in ("api", "worker", "engine") if _exited_well(name, run.output())} == {
        "api",
        "worker",
        "engine",
    }


async def shell(command: str, port: str) -> str:
    """What a command of the README prints."""
    command = command.replace("localhost:8080", f"localhost:{port}")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = os.environ | {"PATH": path, "DURABLY_SERVER": f"http://localhost:{port}"}
    outcome = await asyncio.to_thread(
        subprocess.run, ["sh", "-c", command], env=env, capture_output=True, text=True, check=True, timeout=60
    )
    return outcome.stdout


def _exited_well(name: str, output: str) -> bool:
    return re.search(rf"{name} \(PID \d+\) exited with code 0", output) is not None
