"""`durably record`, `replay` and `gate` as their users meet them: processes, against the whole stack."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import pytest_asyncio

from durably.cli.exits import ExitCode
from tests.harness.command import Command
from tests.harness.ports import free_port
from tests.harness.stack import Stack
from tests.harness.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

_RELEASES: Final = "tests.replay.releases"
_TASK: Final = "task_processing_workflow"
_OPEN: Final = ("task-g-0", "task-g-1", "task-g-2")


class Releasing(Command):
    """Somebody who is about to release, next to a system that runs."""

    def __init__(self, stack: Stack, home: Path, http: aiohttp.ClientSession) -> None:
        super().__init__(stack.url, home)
        self.http = http

    async def task(self, task_id: str, **more: Any) -> str:
        """Begin a task; its id."""
        body = {"task_id": task_id, "title": "Write", "assignee": "ada"} | more
        async with self.http.post("/tasks/process", json=body) as answer:
            assert answer.status == 202, await answer.text()
        return f"task-{task_id}"

    async def asks(self, instance_id: str) -> None:
        """Return once an instance waits for people, and lists say so."""

        async def look() -> bool:
            async with self.http.get("/approvals") as answer:
                return any(one["instance_id"] == instance_id for one in (await answer.json())["approvals"])

        await until(look, what=f"{instance_id} asks", timeout_s=15)

    async def gate(self, release: str, *words: str) -> tuple[int, Any]:
        """The exit code, and what was printed, of the gate before a release."""
        outcome = await self.run("gate", "--package", f"{_RELEASES}:{release}", "--json", *words)
        return outcome.code, json.loads(outcome.out) if outcome.out else outcome.err


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def releasing(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Releasing]:
    """Three tasks that wait for people; one that has ended."""
    folder = tmp_path_factory.mktemp("gate")
    stack = Stack(folder, engine="embedded")
    await stack.start()
    async with aiohttp.ClientSession(stack.url) as http:
        releasing = Releasing(stack, folder, http)
        for number in range(len(_OPEN)):
            await releasing.asks(await releasing.task(f"g-{number}", priority=9))
        done = await releasing.task("done")
        async with http.get(f"/instances/{done}?wait=30s") as answer:
            assert (await answer.json())["status"] == "completed"
        yield releasing
    await stack.stop()


async def test_another_build_of_the_same_code_passes(releasing: Releasing) -> None:
    code, report = await releasing.gate("same")
    assert (code, report["passes"], report["open"], report["gone"]) == (ExitCode.OK, True, len(_OPEN), [])
    (group,) = report["groups"]
    assert (group["workflow"], group["version"], group["instances"]) == (_TASK, "v2", len(_OPEN))


async def test_a_change_that_breaks_open_instances_is_stopped_with_step_and_line(releasing: Releasing) -> None:
    code, report = await releasing.gate("breaking")
    assert (code, report["passes"]) == (ExitCode.FAILED, False)
    (group,) = report["groups"]
    assert sorted(group["broken"]) == list(_OPEN)
    divergence = group["divergence"]
    assert (divergence["step"], divergence["actual"]) == (2, "activity assign_task (id 2)")
    lines = (Path(__file__).parent / "releases.py").read_text(encoding="utf-8").splitlines()
    assert "yield ctx.call_activity(ASSIGN_TASK" in lines[divergence["place"]["line"] - 1]


async def test_the_same_change_behind_a_new_version_passes(releasing: Releasing) -> None:
    code, report = await releasing.gate("behind_a_new_version")
    assert (code, report["groups"][0]["version"]) == (ExitCode.OK, "v2")


async def test_an_old_version_that_no_open_instance_needs_may_go(releasing: Releasing) -> None:
    assert (await releasing.gate("without_the_old_version"))[0] == ExitCode.OK


async def test_a_version_that_open_instances_need_may_not_go(releasing: Releasing) -> None:
    code, report = await releasing.gate("without_the_latest_version")
    assert code == ExitCode.FAILED
    assert report["groups"][0]["divergence"]["kind"] == "version_gone"
    assert report["gone"] == [f"Version v2 of workflow {_TASK} is not registered, only v1."]


async def test_a_workflow_that_is_gone_breaks_unless_it_was_retired(releasing: Releasing) -> None:
    code, report = await releasing.gate("without_orders")
    assert (code, len(report["gone"])) == (ExitCode.FAILED, 1)
    assert (await releasing.gate("without_orders", "--retired", "order_processing_workflow"))[0] == ExitCode.OK


async def test_people_read_what_breaks_where_and_what_to_do(releasing: Releasing) -> None:
    outcome = await releasing.run("gate", "--package", f"{_RELEASES}:breaking")
    assert outcome.code == ExitCode.FAILED
    assert f"BREAKS  {_TASK} v2  3 instances" in outcome.out
    assert "such as task-g-" in outcome.out
    assert "at        tests/replay/releases.py:" in outcome.out
    assert "put the new code behind another one" in outcome.err


async def test_the_gate_reads_and_changes_nothing(releasing: Releasing) -> None:
    before = await releasing.ok("history", _OPEN[0], "--json")
    await releasing.gate("breaking")
    assert (await releasing.ok("history", _OPEN[0], "--json")).json == before.json


async def test_instances_that_end_meanwhile_are_no_error(releasing: Releasing) -> None:
    ids = [await releasing.task(f"brief-{number}") for number in range(20)]
    gates = await asyncio.gather(*(releasing.gate("same") for _ in range(2)))
    assert [code for code, _ in gates] == [ExitCode.OK] * 2
    for instance_id in ids:
        async with releasing.http.get(f"/instances/{instance_id}?wait=30s") as answer:
            assert (await answer.json())["status"] == "completed"


async def test_a_system_that_is_not_there_is_told_from_one_that_breaks(releasing: Releasing) -> None:
    away = f"http://127.0.0.1:{free_port()}"
    code, said = await releasing.gate("same", "--server", away)
    assert (code, f"nothing answers at {away}" in said) == (ExitCode.UNAVAILABLE, True)


@pytest.mark.parametrize(
    ("package", "says"),
    [(f"{_RELEASES}:broken", "a variable is missing"), (f"{_RELEASES}:nothing", "cannot be imported"), ("x", "x")],
    ids=["cannot_be_declared", "is_not_there", "is_not_installed"],
)
async def test_a_build_that_cannot_be_used_is_wrong_use(releasing: Releasing, package: str, says: str) -> None:
    outcome = await releasing.run("gate", "--package", package)
    assert (outcome.code, says in outcome.err) == (ExitCode.USAGE, True), outcome


async def test_a_recording_replays_on_the_code_that_was_recorded_and_convicts_another(
    releasing: Releasing, tmp_path: Path
) -> None:
    file = tmp_path / "history.json"
    said = await releasing.ok("record", "task-done", "--output", str(file))
    assert said.out.strip() == str(file)
    assert (await releasing.ok("replay", str(file))).out.startswith("ok      ")
    outcome = await releasing.run("replay", str(file), "--package", f"{_RELEASES}:breaking", "--json")
    (entry,) = outcome.json["files"]
    assert (outcome.code, entry["ok"], entry["turns"]) == (ExitCode.FAILED, False, 3)
    assert (entry["divergence"]["expected"], entry["divergence"]["step"]) == ("activity send_notification (id 3)", 3)


async def test_a_recording_has_no_secret_that_was_redacted_and_says_what_was(
    releasing: Releasing, tmp_path: Path
) -> None:
    await releasing.task("secret", title="Tell hunter2 to Eve", assignee="grace.hopper@example.org")
    async with releasing.http.get("/instances/task-secret?wait=30s"):
        file = tmp_path / "history.json"
    await releasing.ok("record", "task-secret", "-o", str(file), "-r", "assignee", "-r", "/title")
    text = file.read_text(encoding="utf-8")
    assert "hunter2" not in text
    assert "grace.hopper" not in text
    recording = json.loads(text)
    assert recording["redacted"]["patterns"] == ["assignee", "/title"]
    assert "/events/1/executionStarted/input/title" in recording["redacted"]["places"]
    assert recording["events"][1]["executionStarted"]["input"]["assignee"] == "aaaaa.aaaaaa@aaaaaaa.aaa"
    assert (await releasing.ok("replay", str(file), "--strict")).out.startswith("ok      ")


async def test_a_file_that_is_there_is_not_written_over_unless_it_is_said(releasing: Releasing, tmp_path: Path) -> None:
    file = tmp_path / "history.json"
    file.write_text("mine", encoding="utf-8")
    refused = await releasing.run("record", "task-done", "-o", str(file))
    assert (refused.code, "--force" in refused.err, file.read_text(encoding="utf-8")) == (ExitCode.USAGE, True, "mine")
    told = await releasing.ok("record", "task-done", "-o", str(file), "--force", "--json")
    assert told.json == {"file": str(file), "events": 12, "redacted": 0, "unmatched": []}


async def test_a_pattern_that_means_nothing_is_told(releasing: Releasing, tmp_path: Path) -> None:
    words = ("record", "task-done", "-r", "assignee", "-r", "asignee", "--force", "-o", str(tmp_path / "history.json"))
    told = await releasing.ok(*words)
    assert [line for line in told.err.splitlines() if "warning" in line] == [
        "warning: --redact asignee means nothing in this history, and took nothing out of it"
    ]
    assert (await releasing.ok(*words, "--json")).json["unmatched"] == ["asignee"]


async def test_a_recording_that_was_cut_at_the_front_is_refused_and_an_empty_one_told(
    releasing: Releasing, tmp_path: Path
) -> None:
    file = tmp_path / "history.json"
    await releasing.ok("record", "task-done", "-o", str(file))
    whole = json.loads(file.read_text(encoding="utf-8"))
    file.write_text(json.dumps(whole | {"events": whole["events"][3:]}), encoding="utf-8")
    cut = await releasing.run("replay", str(file))
    assert (cut.code, "none of its events is the start" in cut.err) == (ExitCode.USAGE, True), cut
    file.write_text(json.dumps(whole | {"events": []}), encoding="utf-8")
    assert "has no events: there was nothing to replay" in (await releasing.ok("replay", str(file))).err


async def test_code_that_never_ends_is_stopped_and_named(releasing: Releasing, tmp_path: Path) -> None:
    file = tmp_path / "history.json"
    await releasing.ok("record", "task-done", "-o", str(file))
    code, report = await releasing.gate("endless", "--time-limit", "500ms")
    assert (code, sorted(report["groups"][0]["broken"])) == (ExitCode.FAILED, list(_OPEN))
    outcome = await releasing.run("replay", str(file), "--package", f"{_RELEASES}:endless", "--time-limit", "500ms")
    assert (outcome.code, f"Workflow {_TASK} v2 still ran after 500 ms" in outcome.out) == (ExitCode.FAILED, True)


async def test_an_instance_that_is_not_there_is_not_recorded(releasing: Releasing) -> None:
    assert (await releasing.run("record", "task-none", "-o", "-")).code == ExitCode.NOT_FOUND


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is no recording"),
        ("{}", "Field required"),
        ('{"format": "durably-recording", "format_version": 2}', "a newer"),
        (None, "cannot be read"),
    ],
    ids=["empty", "something_else", "newer", "not_there"],
)
async def test_what_is_no_recording_is_wrong_use(
    releasing: Releasing, tmp_path: Path, text: str | None, says: str
) -> None:
    file = tmp_path / "history.json"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    outcome = await releasing.run("replay", str(file))
    assert (outcome.code, says in outcome.err) == (ExitCode.USAGE, True), outcome
