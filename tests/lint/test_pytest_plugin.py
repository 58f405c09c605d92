"""The fixture `replayed_elsewhere`, as a project's own test uses it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RECORDING = ROOT / "tests/replay/histories/task_processing_workflow.v1.task_done.embedded.json"
PROJECT = """\
import time
from datetime import UTC, datetime

from durably.authoring import (
    LOCAL, ActivityDefinition, Frozen, Package, SEND_NOTIFICATION, WorkflowDefinition, retry
)
from durably.contracts.tasks import Assignment, TaskRequest, TaskResult, Validation
from durably.domain.tasks import completed, notification
from worker.packages.tasks import package

BEGAN = {began}

def flow(ctx, task):
    yield ctx.call_activity("validate_task", input=task)
    {careless}
    assignment = Assignment.model_validate((yield ctx.call_activity("assign_task", input=task)))
    yield ctx.call_activity(SEND_NOTIFICATION, input=notification(task, assignment.assignee))
    return completed(task, assignment.assignee)

def declare(environment):
    ours = package(assignments=None, terms=None)
    old = ours.workflows[0]
    changed = WorkflowDefinition(old.name, old.version, flow, old.input_model, old.result_model)
    return Package(workflows=(changed, {others}), activities=ours.activities)
"""
TEST = """\
def test_workflows_do_not_depend_on_the_process(replayed_elsewhere):
    replayed_elsewhere("*.json", packages=["project:declare"])
"""
STEADY = "pass"
CLOCK = "if abs(time.time() - BEGAN) > 86_400: task = task.model_copy(update={'title': 'late'})"
DATETIME = "if datetime.now(UTC).timestamp() > BEGAN + 86_400: yield ctx.create_timer(ctx.current_utc_datetime)"
HASHES = "if hash('durably') != SEEDED: task = task.model_copy(update={'title': 'other'})"


def run(folder: Path, careless: str, *, others: str = "", test: str = TEST) -> subprocess.CompletedProcess[str]:
    """A project with one test, in a folder of its own."""
    shutil.copy(RECORDING, folder / "done.json")
    zero = subprocess.run(
        [sys.executable, "-c", "import time; print(int(time.time()), hash('durably'))"],
        env=os.environ | {"PYTHONHASHSEED": "0"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    code = PROJECT.format(began=zero[0], careless=careless.replace("SEEDED", zero[1]), others=others)
    (folder / "project.py").write_text(code)
    (folder / "test_project.py").write_text(test)
    plugin = ["-p", "no:durably", "-p", "durably.pytest_plugin.plugin", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-q", *plugin, "-c", os.devnull, "--rootdir", str(folder), str(folder)]
    path = os.pathsep.join((str(folder), str(ROOT)))
    environment = os.environ | {"PYTHONPATH": path}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def test_steady_code_passes(tmp_path: Path) -> None:
    done = run(tmp_path, STEADY)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("careless", "world"),
    [(CLOCK, "clock 401 days ahead"), (DATETIME, "clock 401 days ahead"), (HASHES, "hash seed 1")],
    ids=["time", "datetime", "hash"],
)
def test_code_that_depends_on_the_process_fails_with_turn_and_line(tmp_path: Path, careless: str, world: str) -> None:
    """In the first of the three processes it does what was recorded."""
    done = run(tmp_path, careless)
    assert done.returncode == 1
    assert "done.json: with" in done.stdout
    assert world in done.stdout
    assert f"{tmp_path}/project.py:" in done.stdout
    assert "hash seed 0" not in done.stdout


def test_a_version_without_a_recording_fails_by_name(tmp_path: Path) -> None:
    done = run(tmp_path, STEADY, others="ours.workflows[1]")
    assert done.returncode == 1
    assert "task_processing_workflow v2 is registered, and no recording replays it" in done.stdout


def test_it_need_not_be_complete(tmp_path: Path) -> None:
    test = TEST.replace("])", "], complete=False)")
    assert run(tmp_path, STEADY, others="ours.workflows[1]", test=test).returncode == 0


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("*.json", "none/*.json", "there is no recording none/*.json"),
        ("project:declare", "nowhere:declare", "nowhere"),
        ("*.json", "project.py", "project.py: with hash seed 0 and the clock as it is: it cannot be replayed"),
    ],
)
def test_what_cannot_be_replayed_is_said_in_a_line(tmp_path: Path, before: str, after: str, said: str) -> None:
    done = run(tmp_path, STEADY, test=TEST.replace(before, after))
    assert done.returncode == 1
    assert said in done.stdout
    assert "Traceback" not in done.stdout
