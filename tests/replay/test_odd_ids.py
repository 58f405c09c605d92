"""`durably gate` and `durably why --stuck` where a child has an id that no path can hold."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import pytest_asyncio

from durably.cli.exits import ExitCode
from tests.harness.command import Command
from tests.harness.stack import Stack
from tests.harness.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

_WORKER: Final = "tests.integration.why_worker"
_CHILD: Final = "odd/kid 1"


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def durably(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Command]:
    """A parent that waits for a child whose id has a `/` in it."""
    folder: Path = tmp_path_factory.mktemp("odd")
    stack = Stack(folder, engine="embedded", worker_module=_WORKER)
    await stack.start()
    command = Command(stack.url, folder)
    child = {"workflow": "wait_for_events", "input": ["go"], "instance_id": _CHILD}
    async with aiohttp.ClientSession(stack.url) as http:
        body = {"input": child, "instance_id": "odd"}
        async with http.post("/workflows/parent", json=body) as answer:
            assert answer.status == 202, await answer.text()

    async def listed() -> set[str]:
        return {one["instance_id"] for one in (await command.ok("list", "--json")).json["instances"]}

    await until(listed, what="the child is listed", timeout_s=30, holds=lambda found: found == {"odd", _CHILD})
    yield command
    await stack.stop()


async def test_the_gate_counts_it_as_one_that_could_not_be_looked_at_and_judges_the_others(durably: Command) -> None:
    outcome = await durably.run("gate", "--package", f"{_WORKER}:package", "--json")
    report: dict[str, Any] = outcome.json
    assert (outcome.code, list(report["unreadable"])) == (ExitCode.FAILED, [_CHILD])
    assert [(one["workflow"], one["passes"], one["instances"]) for one in report["groups"]] == [("parent", True, 1)]
    told = await durably.run("gate", "--package", f"{_WORKER}:package")
    assert f"BREAKS  {_CHILD} could not be looked at" in told.out
    assert "1 pass, 0 would break, 1 could not be looked at" in told.err


async def test_why_stuck_counts_it_as_one_that_could_not_be_looked_at_and_looks_at_the_others(
    durably: Command,
) -> None:
    outcome = await durably.run("why", "--stuck", "--json")
    assert (outcome.code, list(outcome.json["unreadable"])) == (ExitCode.FAILED, [_CHILD])
    assert outcome.json["looked_at"] == 1
    assert f"{_CHILD} could not be looked at" in (await durably.run("why", "--stuck")).err


async def test_no_next_command_names_it(durably: Command) -> None:
    found = (await durably.ok("why", "odd", "--json")).json
    assert found["verdict"] == "waiting_for_child"
    assert found["child"]["instance_id"] == _CHILD
    commands = [entry["command"] for one in (found, found["child"]) for entry in one["next_commands"]]
    assert [command for command in commands if command.startswith("durably ") and "/" in command] == []
