"""`durably why` and `durably workers`, as processes against the whole stack."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import pytest_asyncio

from durably.cli.exits import ExitCode
from tests.harness.command import PATIENCE_S, Command, Outcome
from tests.harness.stack import Stack
from tests.harness.waiting import until
from tests.web.page_worker import FAMILY, FORGOTTEN, FRAGILE, NOT_THERE, PARENT

pytestmark = pytest.mark.asyncio(loop_scope="module")

WAITS: Final[dict[str, Any]] = {"said": "hello"}
STEP: Final[dict[str, Any]] = {"text": "one"}


class Durably(Command):
    """The command, on a stack that runs."""

    def __init__(self, stack: Stack, home: Path, http: aiohttp.ClientSession) -> None:
        super().__init__(stack.url, home)
        self.stack = stack
        self.http = http

    async def started(self, workflow: str, instance_id: str, given: dict[str, Any]) -> str:
        """Start an instance, over HTTP; its id."""
        body = {"input": given, "instance_id": instance_id}
        async with self.http.post(f"/workflows/{workflow}", json=body) as answer:
            assert answer.status == 202, await answer.text()
        return instance_id

    async def raised(self, instance_id: str, event: str) -> None:
        """Raise an event, over HTTP."""
        async with self.http.post(f"/instances/{instance_id}/events/{event}", json={}) as answer:
            assert answer.status == 202, await answer.text()

    async def why(self, instance_id: str, verdict: str, *words: str) -> Outcome:
        """What the command does, once the verdict is this."""

        async def look() -> str:
            found: dict[str, Any] = (await self.run("why", instance_id, "--json")).json
            return str(found["verdict"])

        await until(look, what=f"{instance_id}: {verdict}", timeout_s=PATIENCE_S, holds=lambda found: found == verdict)
        return await self.run("why", instance_id, *words)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def durably(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Durably]:
    stack = Stack(tmp_path_factory.mktemp("why"), engine="embedded", worker_module="tests.web.page_worker")
    await stack.start()
    async with aiohttp.ClientSession(stack.url) as http:
        yield Durably(stack, tmp_path_factory.mktemp("home"), http)
    await stack.stop()


async def test_what_waits_on_purpose_is_well(durably: Durably) -> None:
    waits = await durably.started(FAMILY, "waits", WAITS)
    outcome = await durably.why(waits, "waiting_for_event")
    head, verdict, summary, *rest = outcome.out.splitlines()
    assert outcome.code == ExitCode.OK
    assert head.split() == [waits, FAMILY, "v1", "running"]
    assert (verdict, "event go" in summary) == ("‖ waiting for event", True)
    assert f"  durably event {waits} go" in rest
    assert "\x1b" not in outcome.out


async def test_what_does_not_go_on_is_nine_and_says_what_to_type(durably: Durably) -> None:
    forgotten = await durably.started(FORGOTTEN, "forgotten", STEP)
    outcome = await durably.why(forgotten, "activity_not_registered")
    assert outcome.code == ExitCode.UNHEALTHY
    lines = outcome.out.splitlines()
    assert lines[1] == "✕ activity not registered"
    assert NOT_THERE in lines[2]
    assert any("taskScheduled" in line and NOT_THERE in line for line in lines[lines.index("evidence") :])
    assert lines[lines.index("next") + 1].startswith("  # ")


async def test_json_is_what_the_api_says(durably: Durably) -> None:
    waits = await durably.started(FAMILY, "as-json", WAITS)
    printed = (await durably.why(waits, "waiting_for_event", "--json")).json
    async with durably.http.get(f"/instances/{waits}/why") as answer:
        found = await answer.json()
    assert printed | {"at": found["at"]} == found


async def test_a_failure_is_told_with_its_stack(durably: Durably) -> None:
    broken = await durably.started(FRAGILE, "broken", STEP | {"broken": True})
    outcome = await durably.why(broken, "failed")
    assert outcome.code == ExitCode.UNHEALTHY
    assert "ValueError: broken: one" in outcome.out
    assert "page_worker.py" in outcome.out


async def test_a_child_that_is_waited_for_is_followed_down(durably: Durably) -> None:
    parent = await durably.started(PARENT, "parent", STEP)
    await until(
        lambda: durably.run("why", parent),
        what="the child's verdict is there",
        timeout_s=PATIENCE_S,
        holds=lambda outcome: "\n  ✕ activity not registered" in outcome.out,
    )
    outcome = await durably.run("why", parent)
    assert (outcome.code, outcome.out.splitlines()[1]) == (ExitCode.UNHEALTHY, "✕ waiting for child")


async def test_several_are_told_one_after_the_other_and_who_is_not_there_is_named(durably: Durably) -> None:
    one, two = await durably.started(FAMILY, "one", WAITS), await durably.started(FAMILY, "two", WAITS)
    outcome = await durably.run("why", two, "nobody", one)
    assert outcome.code == ExitCode.FAILED
    assert [line.split()[0] for line in outcome.out.splitlines() if FAMILY in line and "running" in line] == [two, one]
    assert outcome.err.startswith("nobody: ")
    printed = (await durably.run("why", two, "nobody", one, "--json")).json
    assert [each["instance_id"] for each in printed["diagnoses"]] == [two, one]
    assert [each["code"] for each in printed["failed"]] == ["instance_not_found"]
    alone = await durably.run("why", "nobody")
    assert (alone.code, alone.out) == (ExitCode.NOT_FOUND, "")


async def test_stuck_finds_what_is_not_well_and_counts_the_rest(durably: Durably) -> None:
    lost = {await durably.started(FORGOTTEN, f"stuck-{number}", STEP) for number in range(4)}
    well = await durably.started(FAMILY, "stuck-not", WAITS)

    async def look() -> Any:
        return (await durably.run("why", "--stuck", "--prefix", "stuck-", "--json")).json

    def is_settled(found: Any) -> bool:
        return {each["instance_id"] for each in found["diagnoses"]} == lost and found["looked_at"] == 5

    found = await until(look, what="four are stuck", timeout_s=PATIENCE_S, holds=is_settled)
    counts = {(each["verdict"], each["workflow"]): (each["healthy"], each["count"]) for each in found["counts"]}
    assert counts == {
        ("activity_not_registered", FORGOTTEN): (False, 4),
        ("waiting_for_event", FAMILY): (True, 1),
    }
    outcome = await durably.run("why", "--stuck", "--prefix", "stuck-")
    assert outcome.code == ExitCode.UNHEALTHY
    lines = outcome.out.splitlines()
    assert (lines[0], lines[-1], len(lines)) == ("✕ activity not registered: 4", "  and 1 more", 5)
    assert outcome.err.startswith("4 of 5 need somebody")
    fine = await durably.ok("why", "--stuck", "--prefix", well)
    assert (fine.out, fine.err) == ("", "1 looked at, and all is well.\n")


async def test_what_is_asked_has_to_be_said(durably: Durably) -> None:
    for words in (("why",), ("why", "one", "--stuck"), ("why", "--prefix", "a"), ("why", "--stuck", "--watch")):
        outcome = await durably.run(*words)
        assert (outcome.code, outcome.out) == (ExitCode.USAGE, ""), words
        assert len(outcome.err.splitlines()) == 2, "what is wrong, and what to do next"


async def test_on_a_terminal_the_verdict_is_coloured_and_times_are_told_from_now(durably: Durably) -> None:
    forgotten = await durably.started(FORGOTTEN, "coloured", STEP)
    await durably.why(forgotten, "activity_not_registered")
    async with durably.in_terminal("why", forgotten) as terminal:
        assert await terminal.ended() == ExitCode.UNHEALTHY
    assert "\x1b[1;31m✕ activity not registered" in terminal.raw
    assert " ago)" in terminal.text


async def test_watch_on_a_terminal_follows_the_verdict_to_the_end(durably: Durably) -> None:
    waits = await durably.started(FAMILY, "watched", WAITS)
    async with durably.in_terminal("why", waits, "--watch") as terminal:
        await terminal.shows("‖ waiting for event")
        await durably.raised(waits, "go")
        await terminal.shows("✓ finished")
        assert await terminal.ended() == ExitCode.OK
    assert terminal.raw.count("\x1b[?25l") == terminal.raw.count("\x1b[?25h") == 1, "the cursor is back"


async def test_watch_in_a_pipe_prints_what_has_changed_and_nothing_twice(durably: Durably) -> None:
    waits = await durably.started(FAMILY, "piped", WAITS)
    await durably.why(waits, "waiting_for_event")
    watching = await durably.spawn("why", waits, "--watch", "--json")
    assert watching.stdout is not None
    first = json.loads(await watching.stdout.readline())
    await durably.raised(waits, "go")
    out, _ = await asyncio.wait_for(watching.communicate(), PATIENCE_S)
    seen = [first["verdict"], *(json.loads(line)["verdict"] for line in out.splitlines())]
    assert [seen[0], seen[-1]] == ["waiting_for_event", "finished"]
    assert len(seen) == len(set(seen)), "nothing twice"
    assert watching.returncode == ExitCode.OK


async def test_workers_are_a_table_and_wide_names_what_they_can_run(durably: Durably) -> None:
    forgotten = await durably.started(FORGOTTEN, "held", STEP)
    await durably.why(forgotten, "activity_not_registered")

    async def look() -> Outcome:
        return await durably.ok("workers", "--json")

    def holds(outcome: Outcome) -> bool:
        return bool(outcome.json["workers"][0]["held_back_count"])

    found = await until(look, what="something is held back", timeout_s=PATIENCE_S, holds=holds)
    [worker] = found.json["workers"]
    head, row = (await durably.ok("workers")).out.splitlines()
    columns = ("WORKER", "VERSION", "POD", "STREAM", "IN FLIGHT", "HELD BACK", "BEAT", "REGISTERED")
    assert [head.index(name) for name in columns] == sorted(head.index(name) for name in columns)
    assert row.startswith(f"{worker['worker']} ")
    assert row[head.index("STREAM") :].startswith("connected")
    assert int(row[head.index("HELD BACK") :].split()[0]) == worker["held_back_count"]
    assert socket.gethostname() in row
    wide = (await durably.ok("workers", "--wide")).out
    assert f"{FORGOTTEN} v1, " in wide
    assert NOT_THERE not in wide


async def test_without_a_worker_both_say_so(durably: Durably) -> None:
    waits = await durably.started(FAMILY, "alone", WAITS)
    async with durably.in_terminal("workers", "--watch", columns=160) as terminal:
        await terminal.shows("connected")
        durably.stack.worker.kill()
        try:
            outcome = await durably.why(waits, "no_worker")
            assert outcome.code == ExitCode.UNHEALTHY
            assert "\nnext\n" in outcome.out
            listed = await durably.run("workers")
            assert "Traceback" not in listed.err
            assert listed.err, "it says that there is none"
        finally:
            await durably.stack.worker.start()
        terminal.interrupt()
        assert await terminal.ended() == ExitCode.INTERRUPTED
    assert (await durably.why(waits, "waiting_for_event")).code == ExitCode.OK
