"""What the control API does with instances that are there, where it hangs on what an engine does at that moment."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from durably.contracts.approvals import Decision, PendingApproval, Vote
from durably.contracts.errors import EngineUnavailableError
from durably.contracts.instances import InstanceStatus
from durably.contracts.listing import ApprovalQuery, CountQuery, InstanceQuery
from durably.contracts.names import ACTOR_HEADER
from tests.unit.worker.asking import Client, problem_of
from tests.unit.worker.fake_engine import NOW, FakeEngine, FakeIndex

_ONE = "/control/instances/i-1"
_VOTE = f"{_ONE}/events/approval"
_ASKED = PendingApproval(
    subject="Buy a boat", approvers=("ada", "bob"), required=2, since=NOW, until=NOW + timedelta(hours=1)
)
_ADAS, _BOBS = Vote(by="ada", approve=True), Vote(by="bob", approve=False)
_REJECTED = Decision(outcome="rejected", by=("bob",), reason="", decided_by="people")
_BY_ADA = {ACTOR_HEADER: "ada"}


@pytest.fixture
def there(engine: FakeEngine) -> FakeEngine:
    """An engine with one instance, which asks for an approval."""
    engine.inputs["i-1"] = {}
    engine.shown = [_ASKED.model_dump_json()]
    return engine


def _voted(*votes: Vote, decision: Decision | None = None) -> str:
    return _ASKED.model_copy(update={"votes": votes, "decision": decision}).model_dump_json()


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("instances", InstanceQuery()),
        (
            "instances?workflow=a&workflow=b&status=running&prefix=t&created_after=2026-01-01T00:00:00Z&limit=7&cursor=c",
            InstanceQuery(
                workflow=("a", "b"),
                status=(InstanceStatus.RUNNING,),
                prefix="t",
                created_after=NOW,
                limit=7,
                cursor="c",
            ),
        ),
        ("instances/counts?prefix=a%26b", CountQuery(prefix="a&b")),
        ("approvals?approver=J%C3%BCrgen", ApprovalQuery(approver="Jürgen")),
    ],
)
async def test_a_list_is_asked_for_as_the_query_says(client: Client, index: FakeIndex, path: str, query: Any) -> None:
    async with client.get(f"/control/{path}") as response:
        assert response.status == 200

    assert index.queries == [query]


@pytest.mark.parametrize(
    ("query", "field"),
    [("limit=0", "limit"), ("status=x", "status.0"), ("typo=1", "typo"), ("prefix=" + "x" * 513, "prefix")],
)
async def test_a_query_that_cannot_be_used_names_its_field(
    client: Client, index: FakeIndex, query: str, field: str
) -> None:
    status, problem, _ = await problem_of(client, f"/control/instances?{query}")

    assert (status, problem["errors"][0]["field"]) == (422, field)
    assert index.queries == []


@pytest.mark.parametrize(
    ("header", "body", "recorded"),
    [
        ({}, b"", "anonymous"),
        (_BY_ADA, b"", "ada"),
        ({ACTOR_HEADER: "J%C3%BCrgen%20B."}, b'{"reason": "lunch"}', "Jürgen B.: lunch"),
    ],
)
@pytest.mark.parametrize("action", ["pause", "resume", "terminate"])
async def test_who_does_it_is_recorded_before_the_reason(
    client: Client, there: FakeEngine, action: str, header: dict[str, str], body: bytes, recorded: str
) -> None:
    async with client.post(f"{_ONE}/{action}", data=body, headers=header) as response:
        assert (response.status, await response.json()) == (202, {"instance_id": "i-1", "requested": action})

    assert there.done == [("i-1", action, recorded)]


@pytest.mark.parametrize("body", [b"{", b"NaN", b"[" * 100_000, b"\xff"])
async def test_an_event_that_is_not_json_is_refused(client: Client, there: FakeEngine, body: bytes) -> None:
    status, problem, _ = await problem_of(client, f"{_ONE}/events/go", body=body)

    assert (status, problem["errors"][0]["field"]) == (422, "body")
    assert there.done == []


async def test_a_vote_carries_the_name_of_the_caller(client: Client, there: FakeEngine) -> None:
    there.shown = [_ASKED.model_dump_json(), _ASKED.model_dump_json(), _voted(_ADAS)]

    async with client.post(_VOTE, json={"approve": True}, headers=_BY_ADA) as response:
        assert response.status == 202

    assert there.done == [("i-1", "event approval", {"by": "ada", "approve": True, "reason": ""})]


@pytest.mark.parametrize("name", ["approval", "Approval", "APPROVAL"])
async def test_a_vote_in_somebody_elses_name_is_refused_however_the_event_is_written(
    client: Client, there: FakeEngine, name: str
) -> None:
    status, problem, _ = await problem_of(client, f"{_ONE}/events/{name}", body={"approve": True, "by": "bob"})

    assert (status, problem["errors"][0]["field"]) == (422, "by")
    assert there.done == []


@pytest.mark.parametrize(
    ("shown", "code"),
    [
        (_voted(_BOBS, decision=_REJECTED), "approval_closed"),
        (_voted(Vote(by="ada", approve=False)), "already_voted"),
    ],
)
async def test_a_vote_that_lost_a_race_is_refused_as_soon_as_the_workflow_shows_it(
    client: Client, there: FakeEngine, shown: str, code: str
) -> None:
    there.shown = [_ASKED.model_dump_json()] * 3 + [shown]

    async with client.post(_VOTE, json={"approve": True}, headers=_BY_ADA) as response:
        assert (response.status, (await response.json())["code"]) == (409, code)

    assert len(there.done) == 1


async def test_a_vote_that_no_workflow_looks_at_is_accepted_within_a_second(client: Client, there: FakeEngine) -> None:
    async with asyncio.timeout(1.5), client.post(_VOTE, json={"approve": True}, headers=_BY_ADA) as response:
        assert response.status == 202

    assert len(there.done) == 1


async def test_a_vote_that_the_engine_has_is_not_cast_again_before_the_workflow_shows_it(
    client: Client, there: FakeEngine
) -> None:
    async with client.post(_VOTE, json={"approve": True}, headers=_BY_ADA) as response:
        assert response.status == 202

    async with client.post(_VOTE, json={"approve": True}, headers=_BY_ADA) as response:
        assert (response.status, (await response.json())["code"]) == (409, "already_voted")

    assert len(there.done) == 1


async def test_a_vote_that_the_engine_may_not_have_can_be_cast_again(client: Client, there: FakeEngine) -> None:
    there.error = EngineUnavailableError("away")
    assert (await problem_of(client, _VOTE, body={"approve": True}))[0] == 503
    there.error = None

    async with client.post(_VOTE, json={"approve": True}, headers=_BY_ADA) as response:
        assert response.status == 202

    assert len(there.done) == 1


async def test_an_event_that_looks_like_a_vote_reaches_nobody(client: Client, there: FakeEngine) -> None:
    status, problem, _ = await problem_of(client, f"{_ONE}/events/approval%E2%80%8B", body={"approve": True})

    assert (status, problem["errors"][0]["field"]) == (422, "name")
    assert there.done == []


@pytest.mark.parametrize("levels", [151, 500, 5_000])
async def test_an_event_that_is_nested_too_deeply_reaches_nobody(
    client: Client, there: FakeEngine, levels: int
) -> None:
    body = b"[" * levels + b"]" * levels

    status, problem, _ = await problem_of(client, f"{_ONE}/events/go", body=body, method="POST")

    assert (status, problem["errors"][0]["field"]) == (422, "body")
    assert there.done == []


async def test_a_purged_instance_leaves_the_index_too(client: Client, there: FakeEngine, index: FakeIndex) -> None:
    there.ended.set()

    async with client.delete(_ONE) as response:
        assert response.status == 204

    assert (there.done, index.forgotten) == ([("i-1", "purge", None)], ["i-1"])


async def test_a_purge_that_did_not_reach_the_index_is_completed_by_the_next_one(
    client: Client, there: FakeEngine, index: FakeIndex
) -> None:
    there.ended.set()
    index.error = EngineUnavailableError("away")
    assert (await problem_of(client, _ONE, method="DELETE"))[0] == 503
    index.error = None

    assert (await problem_of(client, _ONE, method="DELETE"))[0] == 404
    assert index.forgotten == ["i-1"]


async def test_an_instance_that_is_not_purged_stays_in_the_index(
    client: Client, there: FakeEngine, index: FakeIndex
) -> None:
    assert (await problem_of(client, _ONE, method="DELETE"))[:2][0] == 409
    assert index.forgotten == []


_CALLS = [
    ("GET", "/control/instances", None),
    ("GET", "/control/instances/counts", None),
    ("GET", "/control/approvals", None),
    ("POST", f"{_ONE}/events/go", {}),
    ("POST", _VOTE, {"approve": True}),
    *(("POST", f"{_ONE}/{action}", {}) for action in ("pause", "resume", "terminate", "rerun")),
    ("DELETE", _ONE, None),
]


@pytest.mark.parametrize(("method", "path", "body"), _CALLS)
async def test_no_call_outlives_its_budget(
    client: Client, there: FakeEngine, method: str, path: str, body: Any
) -> None:
    there.stuck = True

    status, problem, _ = await asyncio.wait_for(problem_of(client, path, method=method, body=body), 2)

    assert (status, problem["code"]) == (503, "engine_timeout")


@pytest.mark.parametrize(("method", "path", "body"), _CALLS)
async def test_an_engine_that_is_away_has_its_code(
    client: Client, there: FakeEngine, method: str, path: str, body: Any
) -> None:
    there.error = EngineUnavailableError("away")

    status, problem, retry_after = await problem_of(client, path, method=method, body=body)

    assert (status, problem["code"], retry_after) == (503, "engine_unavailable", "2")


async def test_a_draining_worker_begins_no_rerun(client: Client, there: FakeEngine) -> None:
    there.connected = False

    assert (await problem_of(client, f"{_ONE}/rerun", body={}))[1]["code"] == "engine_unavailable"
    assert there.asked == []
