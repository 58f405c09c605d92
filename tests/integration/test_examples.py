"""docs/writing-workflows.md, followed to the letter: its code is the example's, its commands do what it says.

The commands for Kubernetes are run by tests/e2e/test_example.py.
"""

import ast
import asyncio
import json
import subprocess
import sysconfig
import venv
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import pytest_asyncio

from durably import authoring
from tests.harness.documents import blocks, commands
from tests.harness.ports import free_port
from tests.harness.processes import Process, says
from tests.harness.waiting import until

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "writing-workflows.md"
EXAMPLE: Final = ROOT / "examples" / "document_review"
PORTS: Final = ("PORT", "WORKER_PORT", "PROBE_PORT", "RECEIVER_PORT", "ENGINE_PORT")
INSTALL, DEV, LIST, START, APPROVALS, APPROVE, LOOK = commands(PAGE, under="On this machine")

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(180)]


class Followed:
    """`durably dev` in a virtual environment with the example in it, and the page's requests to it."""

    def __init__(self, folder: Path, bin_folder: Path) -> None:
        self._port = free_port()
        ports = {f"DURABLY_DEV_{name}": str(free_port()) for name in PORTS} | {"DURABLY_DEV_PORT": str(self._port)}
        command = DEV.replace(".venv/bin/durably", f"{bin_folder}/python -m durably.cli").split()
        env = {**ports, "DURABLY_DEV_DATA": str(folder / "data"), "DOCUMENT_REVIEW_REVIEWERS": '["grace", "ada"]'}
        log = folder / "dev.log"
        self.process = Process("dev", command, log=log, env=env, ready=says("kill -9"), start_timeout_s=60)
        self.probes = f"http://127.0.0.1:{ports['DURABLY_DEV_PROBE_PORT']}"

    async def asked(self, command: str) -> Any:
        """What a request of the page answers."""
        return json.loads(await shell(command.replace("localhost:8080", f"localhost:{self._port}")))


async def shell(command: str) -> str:
    """What a command prints."""
    finished = await asyncio.to_thread(
        subprocess.run, ["sh", "-c", command], cwd=ROOT, capture_output=True, text=True, check=False, timeout=100
    )
    assert finished.returncode == 0, f"{command}\n{finished.stdout}{finished.stderr}"
    return finished.stdout


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def followed(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Followed]:
    """The first two commands, in an environment of their own that has all that this one has."""
    folder = tmp_path_factory.mktemp("example")
    await asyncio.to_thread(venv.create, folder / "venv", with_pip=False)
    python = folder / "venv" / "bin" / "python"
    (site,) = (folder / "venv").glob("lib/python*/site-packages")
    (site / "here.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    # Nothing comes from a network: what the package needs is there already, and so is what builds it.
    pip = f"env PIP_NO_INDEX=1 {python} -m pip --quiet --disable-pip-version-check"
    await shell(INSTALL.replace(".venv/bin/pip", pip))
    followed = Followed(folder, python.parent)
    await followed.process.start()
    yield followed
    await followed.process.stop(20)


async def test_the_example_is_listed_with_its_schemas_beside_the_built_in_workflows(followed: Followed) -> None:
    listed = {one["name"]: one for one in (await followed.asked(LIST))["workflows"]}
    assert set(listed) == {
        "document_review_workflow",
        "job_application_workflow",
        "order_processing_workflow",
        "task_processing_workflow",
    }
    about = listed["document_review_workflow"]
    assert about["versions"] == ["v1"]
    assert about["input_schema"]["required"] == ["document_id", "title", "author"]
    assert about["result_schema"]["properties"]["status"]["enum"] == ["published", "rejected"]


async def test_the_requests_of_the_page_start_approve_and_end_a_review(followed: Followed) -> None:
    assert await followed.asked(START) == {"instance_id": "review-1", "status": "scheduled"}

    async def waiting() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = (await followed.asked(APPROVALS))["approvals"]
        return found

    (asked,) = await until(waiting, what="somebody is asked", holds=bool)
    assert (asked["instance_id"], asked["workflow"]) == ("review-1", "document_review_workflow")
    assert (asked["approval"]["subject"], asked["approval"]["approvers"]) == ("Publish Travel policy?", ["grace"])
    assert await followed.asked(APPROVE) == {"instance_id": "review-1", "requested": "event"}
    ended = await followed.asked(LOOK)
    assert ended["status"] == "completed", ended
    assert ended["output"] == {"document_id": "1", "status": "published", "message": "/documents/1"}


async def test_an_input_that_does_not_fit_the_example_is_refused_with_its_field(followed: Followed) -> None:
    wrong = START.replace('"document_id": "1"', '"document_id": "No!"').replace("review-1", "review-2")
    problem = await followed.asked(wrong)
    assert (problem["status"], problem["code"]) == (422, "invalid_input")
    assert [error["field"] for error in problem["errors"]] == ["input.document_id"]


async def test_the_metrics_know_the_example_by_its_names(followed: Followed) -> None:
    async with aiohttp.ClientSession(followed.probes) as http, http.get("/metrics") as answer:
        text = await answer.text()
    assert 'durably_workflows_started_total{workflow="document_review_workflow"}' in text
    for activity in ("check_document", "publish_document"):
        assert f'durably_activities_in_flight{{activity="{activity}"}} 0.0' in text


async def test_every_piece_of_code_of_the_page_stands_in_the_example() -> None:
    sources = [path.read_text() for path in EXAMPLE.rglob("*") if path.suffix in {".py", ".toml"}]
    sources.append((EXAMPLE / "Dockerfile").read_text())
    pieces = blocks(PAGE, "python", "toml", "dockerfile")
    assert len(pieces) == 6
    assert [piece for piece in pieces if not any(piece in source for source in sources)] == []


async def test_the_page_lists_what_a_package_may_import_and_the_example_imports_nothing_else() -> None:
    table = PAGE.read_text().partition("## What may be imported")[2].partition("\n## ")[0]
    assert [name for name in authoring.__all__ if f"`{name}`" not in table] == []
    imported = {
        node.module
        for path in EXAMPLE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(("durably", "worker", "api"))
    }
    assert imported == {"durably.authoring"}
