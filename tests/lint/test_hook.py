"""The pre-commit hook: what it declares, and what it runs."""

import shlex
from pathlib import Path
from typing import Any

import yaml

from tests.lint.command import durably, written

HOOKS = Path(__file__).parents[2] / ".pre-commit-hooks.yaml"
LATE = "import time\n\ndef order(ctx: WorkflowContext, order: dict):\n    yield ctx.create_timer(time.time())\n"


def hook() -> dict[str, Any]:
    (only,) = yaml.safe_load(HOOKS.read_text(encoding="utf-8"))
    assert isinstance(only, dict)
    return only


def test_the_hook_reads_all_of_a_project_at_once() -> None:
    declared = hook()
    assert {"id", "name", "entry", "language"} <= declared.keys()
    assert declared["pass_filenames"] is False
    assert declared["language"] == "python"


def test_what_the_hook_runs_stops_a_commit_that_breaks_a_rule_and_no_other(tmp_path: Path) -> None:
    program, *arguments = shlex.split(hook()["entry"])
    assert program == "durably"
    assert durably(written(tmp_path, order=LATE.replace("time.time()", "5")), *arguments).returncode == 0
    assert durably(written(tmp_path, order=LATE), *arguments).returncode == 1
