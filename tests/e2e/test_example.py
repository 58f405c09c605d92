"""A package of somebody else's on the cluster: the Kubernetes commands of docs/writing-workflows.md, as they stand."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final
from uuid import uuid4

import pytest

from tests.e2e.cluster import NAMESPACE
from tests.e2e.commands import run
from tests.e2e.faults import on_kind
from tests.e2e.installation import RELEASE, ROOT
from tests.e2e.stage import Stage
from tests.e2e.tunnel import Tunnel
from tests.harness.documents import commands
from tests.harness.waiting import until

pytestmark = pytest.mark.e2e

PAGE: Final = ROOT / "docs" / "writing-workflows.md"
BUILD, LOAD, UPGRADE = commands(PAGE, under="On Kubernetes")
_CHANGE_S: Final = 300


async def test_a_package_in_an_image_on_top_of_the_workers_is_found_and_runs(stage: Stage) -> None:
    if reason := await on_kind(stage.cluster):
        pytest.skip(reason)
    # given
    await shell(BUILD)
    await shell(LOAD.replace("--name durably", f"--name {await stage.cluster.kind_name()}"))

    # when
    async with upgraded(stage), api(stage) as tunnel:
        listed = await answered(tunnel, "GET", "/workflows")
        ended = await reviewed(tunnel, f"review-{uuid4().hex[:8]}")

    # then
    about = {one["name"]: one for one in listed["workflows"]}
    assert {"document_review_workflow", "task_processing_workflow"} <= about.keys()
    assert about["document_review_workflow"]["input_schema"]["required"] == ["document_id", "title", "author"]
    assert (ended["status"], ended["output"]["status"]) == ("completed", "published"), ended


async def shell(command: str) -> None:
    """Run a command of the page where it is meant to be run."""
    await run("env", "-C", str(ROOT), "sh", "-c", command, within_s=_CHANGE_S)


@asynccontextmanager
async def upgraded(stage: Stage) -> AsyncIterator[None]:
    """The release with the package's image; afterwards with the one that it had."""
    try:
        await shell(UPGRADE)
        await stage.in_order()
        yield
    finally:
        await run("helm", "rollback", RELEASE, f"--namespace={NAMESPACE}", "--wait", within_s=_CHANGE_S)
        await stage.in_order()


@asynccontextmanager
async def api(stage: Stage) -> AsyncIterator[Tunnel]:
    """A way to the API."""
    tunnel = Tunnel(stage.cluster, "api", 8080)
    try:
        yield tunnel
    finally:
        await tunnel.aclose()


async def reviewed(tunnel: Tunnel, instance_id: str) -> Any:
    """A review that grace approved, once it has ended."""
    document = {"document_id": instance_id, "title": "Travel policy", "author": "ada"}
    start = {"instance_id": instance_id, "input": document}
    await answered(tunnel, "POST", "/workflows/document_review_workflow", start)

    async def waiting() -> list[str]:
        found = await answered(tunnel, "GET", "/approvals")
        return [one["instance_id"] for one in found["approvals"]]

    await until(waiting, what="somebody is asked", holds=lambda seen: instance_id in seen, timeout_s=30, poll_s=0.3)
    await answered(tunnel, "POST", f"/instances/{instance_id}/events/approval", {"approve": True})
    return await answered(tunnel, "GET", f"/instances/{instance_id}?wait=30s")


async def answered(tunnel: Tunnel, method: str, path: str, body: Any = None) -> Any:
    """What the API answers to grace."""
    status, answer = await tunnel.ask(method, path, body, headers={"Durably-User": "grace"})
    assert status < 300, f"{method} {path}: {status} {answer}"
    return answer
