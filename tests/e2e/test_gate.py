"""The gate before an upgrade: what would break open instances is stopped, and nothing is touched; the rest passes.

The API asks for keys and lets in nobody but the gate, as the default and a careful installation have it.
"""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import pytest
import pytest_asyncio

from tests.e2e.cluster import NAMESPACE, call
from tests.e2e.commands import run
from tests.e2e.faults import on_kind
from tests.e2e.installation import RELEASE, VALUES, upgrade
from tests.e2e.reviews import REPOSITORY, WORKFLOW, Change, breaking, build, compatible, image, unchanged, versioned
from tests.e2e.stage import Stage
from tests.e2e.tunnel import Tunnel
from tests.harness.waiting import until

pytestmark = pytest.mark.e2e

NOBODY: Final = {"podSelector": {"matchLabels": {"app": "nobody"}}}
GATED: Final[dict[str, Any]] = {
    "gate": {"enabled": True, "onRollback": True},
    "api": VALUES["api"] | {"auth": {"mode": "keys"}},
    "networkPolicy": {"apiFrom": [NOBODY]},
}
READER: Final = {"name": "DOCUMENT_REVIEW_REVIEWERS", "value": json.dumps([RELEASE])}
"""The key that the chart makes has the release's name; it is who approves here."""

WORKERS: Final = "app.kubernetes.io/component=worker"
_CHANGE_S: Final = 300


@dataclass(slots=True)
class Office:
    """The example's package, released, behind a gate; and somebody who reads documents.

    Attributes:
        first: The revision of its first release.
    """

    stage: Stage
    tunnel: Tunnel
    first: str = ""

    async def ask(self, method: str, path: str, body: Any = None) -> Any:
        """What the API answers."""
        key = await self.stage.cluster.secret("durably-api-keys", "key")
        status, answer = await self.tunnel.ask(method, path, body, headers={"Authorization": f"Bearer {key}"})
        assert status < 300, f"{method} {path}: {status} {answer}"
        return answer

    async def waiting(self) -> str:
        """A review that has just begun, and waits for its reader; its id."""
        instance_id = f"review-{uuid4().hex[:8]}"
        document = {"document_id": instance_id, "title": "Travel policy", "author": "ada"}
        await self.ask("POST", f"/workflows/{WORKFLOW}", {"instance_id": instance_id, "input": document})

        async def asked() -> bool:
            found = await self.ask("GET", "/approvals")
            return instance_id in {one["instance_id"] for one in found["approvals"]}

        await until(asked, what=f"{instance_id} waits", timeout_s=30, poll_s=0.3)
        return instance_id

    async def approved(self, instance_id: str) -> Any:
        """A review, once its reader has approved and it has ended."""
        await self.ask("POST", f"/instances/{instance_id}/events/approval", {"approve": True})
        ended = await self.ask("GET", f"/instances/{instance_id}?wait=30s")
        assert (ended["status"], ended["output"]["status"]) == ("completed", "published"), ended
        return ended["output"]

    async def history(self, instance_id: str) -> Any:
        """The history of an instance, with its version."""
        found = await self.ask("GET", f"/instances/{instance_id}/recording")
        return {key: value for key, value in found.items() if key != "recorded_at"}

    async def workers(self) -> dict[str, str]:
        """The workers' pods, those that are leaving as well, and the images that they run."""
        pods = (await call(self.stage.cluster.core.list_namespaced_pod, NAMESPACE, label_selector=WORKERS)).items
        return {pod.metadata.name: pod.spec.containers[0].image for pod in pods}

    async def release(self, change: Change, **values: dict[str, Any]) -> None:
        """Upgrade to a release of the package, and wait until nothing else runs: a leaving worker begins new work, too.

        Args:
            change: The release.
            values: What else is changed, by group.
        """
        worker = values.pop("worker", {}) | {"image": {"repository": REPOSITORY, "tag": change.__name__}}
        await upgrade({**values, "worker": worker})
        await self.stage.in_order()

        async def images() -> set[str]:
            return set((await self.workers()).values())

        what = f"all workers run {image(change)}"
        await until(images, what=what, holds=lambda seen: seen == {image(change)}, timeout_s=60, poll_s=0.3)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def office(release: Stage) -> AsyncIterator[Office]:
    """The package as it was released, behind a gate; afterwards everything as it was."""
    if reason := await on_kind(release.cluster):
        pytest.skip(reason)
    before = await deployed()
    await build(await release.cluster.kind_name())
    tunnel = Tunnel(release.cluster, "api", 8080)
    office = Office(release, tunnel)
    try:
        await office.release(unchanged, **GATED, worker={"extraEnv": await extra_env()})
        office.first = await deployed()
        yield office
    finally:
        await tunnel.aclose()
        await roll_back(before)
        await release.in_order()
        await run("kubectl", "delete", "job", "durably-gate", f"--namespace={NAMESPACE}", "--ignore-not-found")


async def extra_env() -> list[Any]:
    """The worker's further variables, and who reads documents."""
    values = json.loads(
        await run("helm", "get", "values", RELEASE, f"--namespace={NAMESPACE}", "--all", "--output=json")
    )
    return [*values["worker"]["extraEnv"], READER]


async def deployed() -> str:
    """The revision of the release that runs."""
    told = await run("helm", "history", RELEASE, f"--namespace={NAMESPACE}", "--output=json")
    (revision,) = (str(each["revision"]) for each in json.loads(told) if each["status"] == "deployed")
    return revision


async def roll_back(revision: str) -> None:
    """Back to a revision."""
    await run("helm", "rollback", RELEASE, revision, f"--namespace={NAMESPACE}", "--wait", within_s=_CHANGE_S)


async def verdict() -> str:
    """What the gate said, as the documentation says how to read it."""
    return await run("kubectl", "logs", "job/durably-gate", f"--namespace={NAMESPACE}")


async def test_an_upgrade_that_would_break_an_open_instance_is_stopped_and_touches_nothing(office: Office) -> None:
    # given
    waiting = await office.waiting()
    workers, history = await office.workers(), await office.history(waiting)

    # when
    with pytest.raises(AssertionError, match="pre-upgrade hooks failed") as stopped:
        await office.release(breaking)

    # then
    said = await verdict()
    assert f"BREAKS  {WORKFLOW} v1  1 instance" in said
    assert f"such as {waiting}" in said
    assert "document_review/workflow.py:17 in document_review" in said
    assert f"BREAKS  {WORKFLOW}" in str(stopped.value), "Helm prints it, too"
    assert await office.workers() == workers
    assert await office.history(waiting) == history
    assert (await office.approved(waiting))["message"] == f"/documents/{waiting}"


async def test_an_upgrade_that_suits_an_open_instance_passes_and_the_instance_ends_on_the_new_code(
    office: Office,
) -> None:
    # given
    waiting = await office.waiting()

    # when
    await office.release(compatible)

    # then
    assert (await office.approved(waiting))["edition"] == "first"
    assert (await office.history(waiting))["version"] == "v1"


async def test_the_change_that_breaks_passes_as_a_new_version_and_old_instances_end_on_the_old_one(
    office: Office,
) -> None:
    # given
    old = await office.waiting()

    # when
    await office.release(versioned)
    new = await office.waiting()

    # then
    for instance_id, version, checks in ((old, "v1", 1), (new, "v2", 2)):
        await office.approved(instance_id)
        history = await office.history(instance_id)
        assert history["version"] == version
        scheduled = [event["taskScheduled"]["name"] for event in history["events"] if "taskScheduled" in event]
        assert scheduled.count("check_document") == checks


async def test_a_rollback_to_code_that_open_instances_cannot_go_on_with_is_stopped(office: Office) -> None:
    # given
    await office.release(versioned)
    running, waiting = await deployed(), await office.waiting()

    # when
    with pytest.raises(AssertionError, match="durably-gate"):
        await roll_back(office.first)

    # then
    said = await verdict()
    assert f"BREAKS  Version v2 of workflow {WORKFLOW} is not registered" in said
    assert f"such as {waiting}" in said
    await roll_back(running)
    await office.approved(waiting)
