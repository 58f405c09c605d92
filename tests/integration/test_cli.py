"""The commands that ask a server: as processes, in pipes and in terminals, against the whole stack."""

import asyncio
import json
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import pytest_asyncio

from api.security.callers import Role
from api.security.keys import ApiKey, hashed, new_key
from durably.cli.exits import ExitCode
from tests.harness.command import COMMAND, PATIENCE_S, Command, Outcome
from tests.harness.ports import free_port
from tests.harness.processes import Process, answers
from tests.harness.stack import Stack
from tests.harness.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

TASK: Final = "task_processing_workflow"
APPROVER: Final = "team-leads"
"""Who approves tasks of a high priority, by default."""

_COMPLETE: Final = ("-f", "task_id=1", "-f", "title=x", "-f", "assignee=y")
"""A whole task."""

_numbers = count(1)


class Durably(Command):
    """The command, on a stack that runs, and what the stack says of itself."""

    def __init__(self, stack: Stack, home: Path, http: aiohttp.ClientSession) -> None:
        super().__init__(stack.url, home)
        self.stack = stack
        self._http = http

    async def get(self, path: str) -> Any:
        """What the API answers."""
        async with self._http.get(path) as answer:
            return await answer.json()

    async def started(self, *, prefix: str = "cli", priority: int = 0, title: str = "Write report") -> str:
        """Start a task, over HTTP; its instance id."""
        number = next(_numbers)
        task = {"task_id": str(number), "title": title, "assignee": "ada", "priority": priority}
        body = {"input": task, "instance_id": f"{prefix}-{number}"}
        async with self._http.post(f"/workflows/{TASK}", json=body) as answer:
            assert answer.status == 202, await answer.text()
        return f"{prefix}-{number}"

    async def waiting(self, *, prefix: str = "cli") -> str:
        """Start a task that waits for an approval; its instance id, once it is in the list of what waits."""
        instance_id = await self.started(prefix=prefix, priority=9)

        async def look() -> bool:
            found = (await self.get("/approvals"))["approvals"]
            return any(entry["instance_id"] == instance_id for entry in found)

        await until(look, what=f"{instance_id} waits for approval")
        return instance_id

    async def ended(self, instance_id: str) -> Any:
        """An instance, once it has ended."""
        view = await self.get(f"/instances/{instance_id}?wait=30s")
        assert view["status"] in {"completed", "failed", "terminated"}
        return view

    async def until_listed(self, wanted: set[str], query: str) -> None:
        """Wait until the list has exactly these: it follows the engine within moments."""

        async def look() -> set[str]:
            return {entry["instance_id"] for entry in (await self.get(f"/instances?{query}"))["instances"]}

        await until(look, what=f"{query} finds {wanted}", holds=lambda found: found == wanted)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def durably(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Durably]:
    stack = Stack(tmp_path_factory.mktemp("cli"), engine="embedded")
    await stack.start()
    async with aiohttp.ClientSession(stack.url) as http:
        yield Durably(stack, tmp_path_factory.mktemp("home"), http)
    await stack.stop()


def refused(outcome: Outcome, code: ExitCode, *words: str) -> None:
    """Assert that a command failed as it should: this code, these words, no traceback, nothing as output."""
    assert outcome.code == code, outcome
    assert outcome.out == "", outcome
    assert "Traceback" not in outcome.err
    for word in words:
        assert word in outcome.err, outcome


async def test_start_prints_the_new_id_and_nothing_else(durably: Durably) -> None:
    outcome = await durably.ok("start", TASK, "-f", "task_id=only", "-f", "title=Write", "-f", "assignee=ada")
    assert len(outcome.out.split()) == 1
    assert outcome.err == ""
    assert (await durably.ended(outcome.out.strip()))["output"]["status"] == "completed"


async def test_start_takes_its_input_from_a_file_and_from_standard_input(durably: Durably, tmp_path: Path) -> None:
    task = {"task_id": "in", "title": "Write", "assignee": "ada"}
    text = json.dumps(task)
    (tmp_path / "input.json").write_text(text)
    for given, stdin in ((f"@{tmp_path / 'input.json'}", None), ("-", text)):
        ended = await durably.ok("start", TASK, "-i", given, "--wait", "30s", "--json", stdin=stdin)
        assert (ended.json["input"], ended.json["status"]) == (task, "completed")


async def test_a_wait_that_is_over_before_the_end_is_seven(durably: Durably) -> None:
    instance_id = await durably.waiting()
    unfinished = await durably.run("status", instance_id, "--wait", "100ms", "--json")
    assert (unfinished.code, unfinished.json["status"]) == (ExitCode.UNFINISHED, "running")


async def test_a_terminated_workflow_is_one_for_who_waits_and_who_watches(durably: Durably) -> None:
    instance_id = await durably.waiting()
    watching = asyncio.create_task(durably.run("watch", instance_id))
    waiting = asyncio.create_task(durably.run("status", instance_id, "--wait", "forever"))
    await durably.ok("terminate", instance_id, "--reason", "enough", "--as", "ada")
    watched, waited = await watching, await waiting
    assert (watched.code, waited.code) == (ExitCode.FAILED, ExitCode.FAILED)
    assert "ada: enough" in watched.out
    assert "Traceback" not in watched.err + waited.err


async def test_json_is_one_line_in_the_shape_of_the_api(durably: Durably) -> None:
    instance_id = await durably.waiting()
    shapes = {
        ("list", "--limit", "1"): {"instances", "next_cursor"},
        ("workflows", TASK): {"workflows"},
        ("approvals",): {"approvals"},
        ("event", instance_id, "hint", "-i", '{"a": 1}'): {"instance_id", "requested"},
        ("pause", instance_id): {"instance_id", "requested"},
    }
    outcomes = await asyncio.gather(*(durably.ok(*words, "--json") for words in shapes))
    for printed, (words, keys) in zip(outcomes, shapes.items(), strict=True):
        assert (printed.json.keys(), printed.out.count("\n")) == (keys, 1), words


async def test_columns_in_a_pipe_are_aligned_complete_and_without_colours(durably: Durably) -> None:
    ids = [await durably.started(prefix="column"), await durably.started(prefix="column-of-a-longer-name")]
    await durably.until_listed(set(ids), "prefix=column&status=completed")
    outcome = await durably.ok("list", "--prefix", "column")
    head, *rows = outcome.out.splitlines()
    assert [row.split()[0] for row in rows] == ids[::-1], "newest first"
    assert {row.index(TASK) for row in rows} == {head.index("WORKFLOW")}
    assert "\x1b" not in outcome.out + outcome.err


async def test_list_filters_by_workflow_status_prefix_and_time(durably: Durably) -> None:
    done, waits = await durably.started(prefix="filter"), await durably.waiting(prefix="filter")
    await durably.until_listed({done}, "prefix=filter&status=completed")

    async def listed(*filters: str) -> set[str]:
        found = (await durably.ok("list", "--json", "--prefix", "filter", *filters)).json["instances"]
        return {entry["instance_id"] for entry in found}

    assert await listed("-s", "running", "-s", "suspended") == {waits}
    assert await listed("--workflow", TASK, "--created-after", "1h") == {done, waits}
    assert await listed("--created-after", "2999-01-01T00:00Z") == set()


async def test_pages_are_taken_up_by_their_cursor(durably: Durably) -> None:
    ids = {await durably.started(prefix="page") for _ in range(3)}
    await durably.until_listed(ids, "prefix=page")
    first = (await durably.ok("list", "--prefix", "page", "-n", "2", "--json")).json
    rest = (await durably.ok("list", "--prefix", "page", "--cursor", first["next_cursor"], "--json")).json
    assert len(first["instances"]) == 2
    assert rest["next_cursor"] is None
    assert {entry["instance_id"] for entry in first["instances"] + rest["instances"]} == ids


async def test_rerun_begins_with_the_event_that_history_shows(durably: Durably) -> None:
    instance_id = await durably.started()
    await durably.ended(instance_id)
    rows = (await durably.ok("history", instance_id)).out.splitlines()
    event = next(row for row in rows if " assign_task " in row).split("done")[1].split()[2]
    new_id = (await durably.ok("rerun", instance_id, "--from", event, "--again")).out.strip()
    assert (await durably.ended(new_id))["status"] == "completed"
    ran = [execution.activity for execution in durably.stack.ledger.executions(new_id)]
    assert ran == ["assign_task", "send_notification"]


async def test_what_completed_is_rerun_only_with_again_and_with_an_id_only_once(durably: Durably) -> None:
    instance_id = await durably.started()
    await durably.ended(instance_id)
    words = ("rerun", instance_id, "--id", f"{instance_id}-again", "--as", "grace")
    refused(await durably.run(*words), ExitCode.CONFLICT, "--again", f"durably history {instance_id}")
    first = await durably.ok(*words, "--again")
    again = await durably.ok(*words, "--again")
    assert (first.out, again.out) == (f"{instance_id}-again\n",) * 2
    await durably.ended(f"{instance_id}-again")
    ran = [execution.activity for execution in durably.stack.ledger.executions(f"{instance_id}-again")]
    assert ran == ["validate_task", "assign_task", "send_notification"]
    events = (await durably.get(f"/instances/{instance_id}/history"))["events"]
    other = next(event["event_id"] for event in events if event["name"] == "assign_task")
    taken = await durably.run(*words, "--again", "--from", str(other))
    refused(taken, ExitCode.CONFLICT, "--id", f"durably status {instance_id}-again")


async def test_history_says_who_started_it_who_raised_an_event_and_of_what_it_is_a_rerun(durably: Durably) -> None:
    task = ("-f", "task_id=by", "-f", "title=x", "-f", "assignee=y", "-f", "priority:=9")
    instance_id = (await durably.ok("start", TASK, *task, "--as", "ada")).out.strip()
    await durably.ok("event", instance_id, "hint", "--as", "ben")
    await durably.ok("terminate", instance_id)
    await durably.ended(instance_id)
    new_id = (await durably.ok("rerun", instance_id, "--as", "grace")).out.strip()

    async def shown(which: str, *words: str) -> bool:
        said = (await durably.ok("history", which)).out
        return all(word in said for word in words)

    for which, *words in ((instance_id, "by ada", "by ben"), (new_id, f"by grace, rerun of {instance_id} from event")):
        await until(partial(shown, which, *words), what=f"the history of {which} says {words}")


async def test_watch_prints_a_line_for_everything_that_happens(durably: Durably) -> None:
    instance_id = await durably.started()
    lines = (await durably.ok("watch", instance_id)).out.splitlines()
    for activity in ("validate_task", "assign_task", "send_notification"):
        assert [line.split()[2] for line in lines if line.split()[1] == activity] == ["running", "done"]
    assert [line.split()[:2] for line in lines[-3:-1]] == [["instance", instance_id], ["status", "completed"]]


async def test_watch_goes_on_where_it_was_when_the_server_was_away(durably: Durably) -> None:
    instance_id = await durably.waiting()
    watching = await durably.spawn("watch", instance_id, "--json")
    assert watching.stdout is not None
    first = [await watching.stdout.readline()]
    while b"timerCreated" not in first[-1]:
        first.append(await watching.stdout.readline())
    durably.stack.api.kill()
    await durably.stack.api.start()
    await durably.ok("approve", instance_id, "--as", APPROVER)
    rest, err = await asyncio.wait_for(watching.communicate(), PATIENCE_S)
    lines = [json.loads(line) for line in [*first, *rest.splitlines()]]
    seen = [line["data"] for line in lines if line["event"] == "history"]
    assert seen == (await durably.get(f"/instances/{instance_id}/history"))["events"]
    assert (lines[-1]["event"], watching.returncode) == ("end", ExitCode.OK)
    assert b"trying again" in err
    assert b"Traceback" not in err


async def test_what_waits_for_a_person_is_listed_and_goes_on_when_approved(durably: Durably) -> None:
    instance_id = await durably.waiting()
    assert instance_id in (await durably.ok("approvals", "--approver", APPROVER)).out
    assert instance_id not in (await durably.ok("approvals", "--approver", "nobody")).out
    assert f"durably approve {instance_id}" in (await durably.ok("status", instance_id)).out
    await durably.ok("approve", instance_id, "--as", APPROVER, "--reason", "fine")
    assert (await durably.ended(instance_id))["output"]["status"] == "completed"
    assert '"reason": "fine"' in (await durably.ok("history", instance_id)).out


async def test_who_may_not_vote_is_six_and_a_vote_too_late_is_four(durably: Durably) -> None:
    instance_id = await durably.waiting()
    stranger = await durably.run("approve", instance_id, "--as", "Zoë")
    refused(stranger, ExitCode.NOT_ALLOWED, "Zoë", "durably approvals")
    await durably.ok("reject", instance_id, env={"DURABLY_USER": APPROVER})
    assert (await durably.ended(instance_id))["output"]["status"] == "rejected"
    late = await durably.run("approve", instance_id, "--as", APPROVER)
    refused(late, ExitCode.CONFLICT, f"durably status {instance_id}")


async def test_every_refusal_has_its_exit_code_and_says_what_to_do_next(durably: Durably, tmp_path: Path) -> None:
    taken = await durably.started()
    await durably.ended(taken)
    (tmp_path / "wrong.toml").write_text('sever = "http://x"')
    cases = {
        ("status", "nobody"): (ExitCode.NOT_FOUND, "durably list"),
        ("start", "nothing"): (ExitCode.NOT_FOUND, "durably workflows"),
        ("start", TASK, "--id", taken, "-f", "task_id=other"): (ExitCode.CONFLICT, "--id"),
        ("start", TASK, "-f", "title=x"): (ExitCode.USAGE, f"durably workflows {TASK}"),
        ("start", TASK, *_COMPLETE, "-f", "priority=9"): (ExitCode.USAGE, "-f priority:=9"),
        ("start", TASK, *_COMPLETE, "--id", "a/b"): (ExitCode.USAGE, "an id begins with a letter or a digit"),
        ("start", TASK, "-i", "{'task_id'"): (ExitCode.USAGE, "single quotes"),
        ("start", TASK, "-i", "@/nope"): (ExitCode.USAGE, "@FILE is a file"),
        ("start", "a/b"): (ExitCode.USAGE, "durably workflows"),
        ("status", "a/b"): (ExitCode.USAGE, "durably list"),
        ("status", ""): (ExitCode.USAGE, "durably list"),
        ("event", taken, "weird/name"): (ExitCode.USAGE, "has a / in it"),
        ("event", taken, "weird?name"): (ExitCode.USAGE, "the name of any other event"),
        ("event", taken, "Approval"): (ExitCode.USAGE, "durably approve"),
        ("rerun", taken, "--again", "--from", "99"): (ExitCode.CONFLICT, f"durably history {taken}"),
        ("list", "--status", "lost"): (ExitCode.USAGE, "it is one of pending, running"),
        ("list", "--cursor", "nonsense"): (ExitCode.USAGE, "--help"),
        ("status", taken, "--server", f"http://127.0.0.1:{free_port()}"): (ExitCode.UNAVAILABLE, "durably dev"),
        ("status", taken, "--server", durably.stack.receiver.url): (ExitCode.SERVER, "--server"),
    }
    outcomes = await asyncio.gather(*(durably.run(*words) for words in cases))
    for outcome, (code, word) in zip(outcomes, cases.values(), strict=True):
        refused(outcome, code, word)
        assert "Value error" not in outcome.err
    gone = await durably.run("list", env={"DURABLY_CONFIG": str(tmp_path / "gone.toml")})
    refused(gone, ExitCode.USAGE, "gone.toml", "unset DURABLY_CONFIG")
    wrong = await durably.run("list", env={"DURABLY_CONFIG": str(tmp_path / "wrong.toml")})
    refused(wrong, ExitCode.USAGE, "wrong.toml", "sever", "server, token, as")


async def test_what_a_payload_says_never_steers_the_terminal(durably: Durably) -> None:
    instance_id = await durably.started(title="\x1b]0;gone\x07\x1b[31mred[bold]")
    await durably.ended(instance_id)
    async with durably.in_terminal("history", instance_id) as terminal:
        assert await terminal.ended() == 0
    assert "\x1b]0" not in terminal.raw
    assert "\x1b[31m" not in terminal.raw
    status = await durably.ok("status", instance_id)
    assert "\x1b" not in status.out
    assert "red[bold]" in status.out


async def test_a_reader_that_goes_away_ends_it_quietly(durably: Durably) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    process = await durably.spawn("workflows", stdout=writing)
    os.close(writing)
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    assert (process.returncode, err) == (ExitCode.CLOSED_PIPE, b"")


async def test_ctrl_c_ends_a_watch_quietly_with_130(durably: Durably) -> None:
    instance_id = await durably.waiting()
    process = await durably.spawn("watch", instance_id)
    assert process.stdout is not None
    await process.stdout.readline()
    process.send_signal(signal.SIGINT)
    _, err = await asyncio.wait_for(process.communicate(), PATIENCE_S)
    assert (process.returncode, err) == (ExitCode.INTERRUPTED, b"")


async def test_several_named_instances_are_dealt_with_and_each_failure_is_told(durably: Durably) -> None:
    one, two = await durably.waiting(), await durably.waiting()
    outcome = await durably.run("terminate", one, "nobody", two, "--json")
    assert outcome.code == ExitCode.FAILED
    assert set(outcome.json["requested"]) == {one, two}
    assert [entry["code"] for entry in outcome.json["failed"]] == ["instance_not_found"]
    assert outcome.err.startswith("nobody: ")
    assert {(await durably.ended(instance_id))["status"] for instance_id in (one, two)} == {"terminated"}


async def test_where_nobody_can_be_asked_bulk_work_needs_yes(durably: Durably) -> None:
    ids = {await durably.waiting(prefix="bulk-yes") for _ in range(2)}
    words = ("terminate", "--workflow", TASK, "--status", "running", "--prefix", "bulk-yes")
    refused(await durably.run("terminate"), ExitCode.USAGE, "--all")
    refused(await durably.run(*words), ExitCode.USAGE, "terminate 2 instances", "--yes")
    assert {(await durably.get(f"/instances/{one}"))["status"] for one in ids} == {"running"}
    outcome = await durably.ok(*words, "--yes")
    assert outcome.err == "terminate: 2 done\n"
    assert {(await durably.ended(one))["status"] for one in ids} == {"terminated"}


async def test_in_a_terminal_bulk_work_counts_asks_and_shows_a_bar(durably: Durably) -> None:
    ids = {await durably.waiting(prefix="bulk-ask") for _ in range(3)}
    words = ("terminate", "--prefix", "bulk-ask")
    async with durably.in_terminal(*words) as terminal:
        await terminal.shows("Terminate 3 instances (prefix bulk-ask)? [y/N]")
        terminal.type("n\n")
        assert await terminal.ended() == ExitCode.FAILED
    assert "nothing was done" in terminal.text
    assert {(await durably.get(f"/instances/{one}"))["status"] for one in ids} == {"running"}
    overtaken = min(ids)
    async with durably.in_terminal(*words) as terminal:
        await terminal.shows("[y/N]")
        await durably.ok("terminate", overtaken)
        await durably.ended(overtaken)
        terminal.type("y\n")
        assert await terminal.ended() == ExitCode.OK
    assert "3/3" in terminal.text
    assert "━━━" in terminal.text
    assert "terminate: 2 done, 1 left alone" in terminal.text
    assert {(await durably.ended(one))["status"] for one in ids} == {"terminated"}


async def test_bulk_work_is_for_the_states_that_it_can_be_done_in(durably: Durably) -> None:
    done, waits = await durably.started(prefix="states"), await durably.waiting(prefix="states")
    await durably.until_listed({done}, "prefix=states&status=completed")
    await durably.ok("pause", "--prefix", "states", "--yes")
    await durably.until_listed({waits}, "prefix=states&status=suspended")
    await durably.ok("resume", "--prefix", "states", "--yes")
    await durably.until_listed({waits}, "prefix=states&status=running")
    purged = await durably.ok("purge", "--prefix", "states", "--yes", "--json")
    assert purged.json == {"requested": [done], "left_alone": [], "failed": []}
    refused(await durably.run("status", done), ExitCode.NOT_FOUND)


async def test_reindex_waits_for_the_comparison_and_prints_the_index(durably: Durably) -> None:
    instance_id = await durably.started()
    await durably.ended(instance_id)
    outcome = await durably.ok("reindex", "--json")
    assert outcome.json == await durably.get("/index")
    assert (outcome.json["rebuilding"], outcome.json["problem"]) == (False, None)
    assert outcome.json["instances"] >= 1
    assert outcome.err.startswith("comparing the index")
    async with durably.in_terminal("reindex") as terminal:
        await terminal.shows("compared; the index has")
        assert await terminal.ended() == ExitCode.OK


async def test_history_on_a_terminal_is_a_coloured_timeline_with_bars(durably: Durably) -> None:
    instance_id = await durably.started()
    await durably.ended(instance_id)
    async with durably.in_terminal("history", instance_id) as terminal:
        assert await terminal.ended() == 0
    steps = [line.split() for line in terminal.text.splitlines() if line.startswith("+")]
    assert [step[2] for step in steps] == ["started", "validate_task", "assign_task", "send_notification", "completed"]
    assert [step[3] for step in steps[1:4]] == ["done"] * 3
    assert terminal.text.count("━") > 2
    assert "\x1b[32mdone" in terminal.raw


async def test_watch_on_a_terminal_shows_the_timeline_grow(durably: Durably) -> None:
    instance_id = await durably.waiting()
    async with durably.in_terminal("watch", instance_id, columns=100) as terminal:
        await terminal.shows("waiting")
        assert "assign_task" not in terminal.text
        await durably.ok("approve", instance_id, "--as", APPROVER)
        await terminal.shows("assign_task")
        assert await terminal.ended() == ExitCode.OK
    assert "Task" in terminal.text.splitlines()[-1]
    assert terminal.raw.count("\x1b[?25l") == terminal.raw.count("\x1b[?25h") == 1, "the cursor is back"


async def test_ctrl_c_in_a_live_timeline_gives_the_terminal_back(durably: Durably) -> None:
    instance_id = await durably.waiting()
    async with durably.in_terminal("watch", instance_id) as terminal:
        await terminal.shows("waiting")
        terminal.interrupt()
        assert await terminal.ended() == ExitCode.INTERRUPTED
    assert terminal.raw.count("\x1b[?25l") == terminal.raw.count("\x1b[?25h") == 1, "the cursor is back"
    assert "Traceback" not in terminal.text


async def test_bash_completes_workflows_and_instances_that_the_server_knows(durably: Durably, tmp_path: Path) -> None:
    instance_id = await durably.started(prefix="tab-key")
    await durably.until_listed({instance_id}, "prefix=tab-key")
    (tmp_path / "durably").write_text(f'#!/bin/sh\nexec {" ".join(COMMAND)} "$@"\n')
    (tmp_path / "durably").chmod(0o755)
    script = (await durably.ok("completion", "bash")).out
    for line, offered in (
        ("durably start task_pro", TASK),
        ("durably status tab-k", instance_id),
    ):
        words = f"COMP_WORDS=({line}); COMP_CWORD={len(line.split()) - 1}"
        outcome = await asyncio.to_thread(
            subprocess.run,
            ["bash", "-c", f'{script}\n{words}; _durably_completion durably; echo "${{COMPREPLY[@]}}"'],
            env=durably.env | {"PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert outcome.stdout.split() == [offered], outcome


async def test_tokens_say_who_somebody_is_and_what_they_may(durably: Durably, tmp_path: Path) -> None:
    key = new_key()
    entry = ApiKey(name="vera", sha256=hashed(key), roles=frozenset({Role.VIEWER}))
    url = f"http://127.0.0.1:{(port := free_port())}"
    env = {
        "DURABLY_API_PORT": str(port),
        "DURABLY_API_CONTROL_URL": durably.stack.control_url,
        "DURABLY_API_AUTH": "keys",
        "DURABLY_API_KEYS": json.dumps([entry.model_dump(mode="json", exclude_none=True)]),
    }
    ready = answers(f"{url}/livez")
    api = Process("api", [COMMAND[0], "-m", "api"], log=tmp_path / "api.log", env=env, ready=ready, start_timeout_s=60)
    await api.start()
    try:
        guarded = Command(url, tmp_path)
        refused(await guarded.run("list", "--token", "wrong"), ExitCode.NOT_ALLOWED, "--token")
        (tmp_path / ".config" / "durably").mkdir(parents=True)
        (tmp_path / ".config" / "durably" / "config.toml").write_text(f'token = "{key}"\n')
        assert "instances" in (await guarded.ok("list", "--json")).json
        refused(await guarded.run("terminate", "nobody"), ExitCode.NOT_ALLOWED, "operator")
    finally:
        await api.stop()


async def test_help_is_quick_because_it_imports_no_command(durably: Durably) -> None:
    heavy = "aiohttp", "pydantic", "structlog", "fastapi", "asyncio"
    script = (
        "import sys\n"
        "from durably.cli.__main__ import app\n"
        "app(['--help'], prog_name='durably', standalone_mode=False)\n"
        f"print([name for name in {heavy!r} if name in sys.modules], file=sys.stderr)"
    )
    process = await asyncio.create_subprocess_exec(
        COMMAND[0], "-c", script, env=durably.env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    out, err = await process.communicate()
    assert err.decode().strip() == "[]"
    for name in ("start", "watch", "terminate", "dev", "Exit codes"):
        assert name in out.decode()
