"""The job application over HTTP, with the whole system as processes, on both engines."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
import pytest_asyncio

from durably.contracts.approvals import PendingApproval
from durably.engine.client import EngineClient
from tests.harness.candidates import HIGH, LOW, MEDIUM, application
from tests.harness.stack import EngineKind, Stack
from tests.harness.waiting import true, until

pytestmark = pytest.mark.asyncio(loop_scope="module")


class Applications:
    """The API as a client sees it, and the engine for what the API does not offer yet."""

    def __init__(self, stack: Stack, http: aiohttp.ClientSession, engine: EngineClient) -> None:
        self.stack = stack
        self.engine = engine
        self._http = http

    async def apply(self, application_id: str, fields: dict[str, Any]) -> str:
        """Send an application and give the id of its instance."""
        async with self._http.post("/applications", json=application(application_id, fields)) as answer:
            assert answer.status == 202, await answer.text()
            instance_id: str = (await answer.json())["instance_id"]
            return instance_id

    async def output(self, instance_id: str) -> dict[str, Any]:
        """The result, once there is one."""
        async with self._http.get(f"/instances/{instance_id}", params={"wait": "60s"}) as answer:
            view = await answer.json()
        assert view["status"] == "completed", view
        output: dict[str, Any] = view["output"]
        return output

    async def pending(self, instance_id: str) -> PendingApproval:
        """The review that the instance waits for."""

        async def look() -> str | None:
            async with self._http.get(f"/instances/{instance_id}") as answer:
                status: str | None = (await answer.json()).get("custom_status")
                return status

        status = await until(look, what=f"{instance_id} waits for a review", timeout_s=30)
        return PendingApproval.model_validate_json(status or "")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def applications(kind: EngineKind, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Applications]:
    stack = Stack(tmp_path_factory.mktemp(kind), engine=kind)
    await stack.start()
    engine = EngineClient(host="127.0.0.1", port=stack.engine.grpc_port)
    async with aiohttp.ClientSession(stack.url) as http:
        yield Applications(stack, http, engine)
    await engine.aclose()
    await stack.stop()


async def test_a_good_application_is_invited_once(applications: Applications) -> None:
    output = await applications.output(await applications.apply("high", HIGH))
    assert (output["status"], output["score"]) == ("interview", 80)
    (delivery,) = applications.stack.receiver.deliveries("high")
    assert delivery.body["assignee"] == "grace@example.org"
    assert delivery.body["text"].startswith("You are invited to an interview for Engineer")


async def test_a_poor_application_is_rejected_with_its_score(applications: Applications) -> None:
    output = await applications.output(await applications.apply("low", LOW))
    assert (output["status"], output["message"]) == ("rejected", "Score 0 is below 40")


async def test_an_application_in_between_is_decided_by_the_reviewers_who_are_asked(applications: Applications) -> None:
    instance_id = await applications.apply("medium", MEDIUM)
    assert (await applications.pending(instance_id)).approvers == ("hiring-team",)
    votes: tuple[Any, ...] = ("nonsense", {"by": "eve", "approve": True}, {"by": "hiring-team", "approve": False})
    for vote in votes:
        await applications.engine.raise_event(instance_id, "approval", vote)
    output = await applications.output(instance_id)
    assert (output["status"], output["message"]) == ("rejected", "Rejected by hiring-team")
    assert (await applications.pending(instance_id)).refused == 2
    asked = true(lambda: [d.body["assignee"] for d in applications.stack.receiver.deliveries(instance_id)])
    assert await until(asked, what="the reviewers are asked") == ["hiring-team"]


async def test_a_review_outlives_the_worker(applications: Applications) -> None:
    instance_id = await applications.apply("patient", MEDIUM)
    await applications.pending(instance_id)
    applications.stack.worker.kill()
    await applications.stack.recover()
    vote = {"by": "hiring-team", "approve": True, "reason": "worth a talk"}
    await applications.engine.raise_event(instance_id, "approval", vote)
    output = await applications.output(instance_id)
    assert output["message"].startswith("Approved by hiring-team: worth a talk. Interview on ")
    await until(true(lambda: applications.stack.receiver.deliveries(instance_id)), what="the reviewers are asked")
    assert len(applications.stack.receiver.effects(instance_id)) == 1
