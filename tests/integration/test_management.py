"""Everything one does with a running instance, over HTTP, with the whole system as processes, on both engines."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import uuid4

import aiohttp
import pytest
import pytest_asyncio

from durably.contracts.depth import UNREADABLE
from durably.engine.client import EngineClient
from tests.harness.behaviours.activities import UNDO
from tests.harness.managed import Managed
from tests.harness.stack import EngineKind, Stack
from tests.harness.waiting import until

pytestmark = pytest.mark.asyncio(loop_scope="module")

NOBODY = "nobody-1"
ASK = {"subject": "Buy a boat", "approvers": ["ada"], "deadline_s": 86_400, "on_deadline": "reject"}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stack(kind: EngineKind, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stack]:
    stack = Stack(tmp_path_factory.mktemp(kind), engine=kind, worker_module="tests.integration.managed_worker")
    await stack.start()
    yield stack
    await stack.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def api(stack: Stack) -> AsyncIterator[Managed]:
    async with aiohttp.ClientSession(stack.url) as http:
        yield Managed(http, stack.control_url)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def engine(stack: Stack) -> AsyncIterator[EngineClient]:
    """Past the API, which would refuse what is to be shown."""
    client = EngineClient(host="127.0.0.1", port=stack.engine.grpc_port)
    yield client
    await client.aclose()


async def _failed(api: Managed, *, failures: int = 1, attempts: int = 1) -> str:
    given = {"activity": "flaky", "input": {"failures": failures}, "first_s": 0.01, "attempts": attempts, "backoff": 1}
    instance_id = await api.start("call_with_retry", given)
    assert (await api.ended(instance_id))["status"] == "failed"
    return instance_id


async def _asks(api: Managed, *approvers: str, **terms: Any) -> str:
    instance_id = await api.start("ask", ASK | {"approvers": approvers} | terms)
    await api.approval(instance_id)
    return instance_id


# Events


@pytest.mark.parametrize("payload", [{"a": [1, None, "ü"]}, 0, False, "", [], "text"], ids=repr)
async def test_an_event_brings_its_payload(api: Managed, payload: Any) -> None:
    instance_id = await api.start("wait_for_events", ["go"])
    answer = await api.ask("POST", f"/instances/{instance_id}/events/go", json=payload)
    assert answer == (202, {"instance_id": instance_id, "requested": "event"})
    assert (await api.ended(instance_id))["output"] == [payload]


async def test_an_event_without_a_body_has_no_payload(api: Managed) -> None:
    instance_id = await api.start("wait_for_events", ["go"])
    assert (await api.post(f"/instances/{instance_id}/events/go"))[0] == 202
    assert (await api.ended(instance_id))["output"] == [None]


async def test_an_event_with_an_odd_name_finds_who_waits_for_it(api: Managed) -> None:
    instance_id = await api.start("wait_for_events", ["Großes Los"])
    assert (await api.post(f"/instances/{instance_id}/events/gro%C3%9Fes%20los", 1))[0] == 202
    assert (await api.ended(instance_id))["output"] == [1]


async def test_an_event_that_comes_before_it_is_waited_for_is_kept(api: Managed) -> None:
    instance_id = await api.start("wait_for_events", ["first", "second"])
    for name in ("second", "first"):
        assert (await api.post(f"/instances/{instance_id}/events/{name}", name))[0] == 202
    assert (await api.ended(instance_id))["output"] == ["first", "second"]


def _nested(levels: int) -> Any:
    value: Any = []
    for _ in range(levels - 1):
        value = [value]
    return value


async def test_an_event_may_be_nested_a_hundred_and_fifty_levels_deep_and_no_deeper(api: Managed) -> None:
    instance_id = await api.start("wait_for_events", ["go"])
    path = f"/instances/{instance_id}/events/go"
    for levels in (151, 300, 900):
        status, problem = await api.post(path, _nested(levels))
        assert (status, problem["code"], problem["errors"][0]["field"]) == (422, "invalid_input", "body")
    assert (await api.post(path, _nested(150)))[0] == 202
    assert (await api.ended(instance_id))["output"] == [_nested(150)]
    (event,) = await api.history(instance_id, "eventRaised")
    assert event["input"] == _nested(150)


async def test_an_input_may_be_nested_a_hundred_and_fifty_levels_deep_and_no_deeper(api: Managed) -> None:
    deep, fits = {"failures": 0, "note": _nested(150)}, {"failures": 0, "note": _nested(149)}
    status, problem = await api.post("/workflows/ask", {"input": deep})
    assert (status, problem["errors"][0]["field"]) == (422, "input")
    instance_id = await _failed(api)
    status, problem = await api.post(f"/instances/{instance_id}/rerun", {"input": deep})
    assert (status, problem["errors"][0]["field"]) == (422, "input")
    _, answer = await api.post(f"/instances/{instance_id}/rerun", {"input": fits})
    assert (await api.ended(answer["instance_id"]))["output"] == 1


async def test_a_history_that_holds_something_deeper_is_readable_with_a_word_in_its_place(
    api: Managed, engine: EngineClient
) -> None:
    instance_id = await api.start("wait_for_events", ["go", "on"])
    for levels in (300, 800):
        await engine.raise_event(instance_id, "deep", _nested(levels))
    await api.post(f"/instances/{instance_id}/events/go", 1)
    await api.post(f"/instances/{instance_id}/events/on", 2)
    assert (await api.ended(instance_id))["output"] == [1, 2]
    shown = [event["input"] for event in await api.history(instance_id, "eventRaised")]
    assert shown == [UNREADABLE, UNREADABLE, 1, 2]
    told = [piece async for piece in api.follow(instance_id)]
    assert told[-1].event == "end"


# Pause, resume, terminate


async def test_a_paused_instance_waits_until_it_is_resumed_and_the_history_says_who_did_it(api: Managed) -> None:
    instance_id = await api.start("wait_for_events", ["go"])
    paused = await api.post(f"/instances/{instance_id}/pause", {"reason": "lunch: 1 h"}, by="Jürgen B.")
    assert paused == (202, {"instance_id": instance_id, "requested": "pause"})
    assert (await api.get(f"/instances/{instance_id}"))["status"] == "suspended"
    await api.post(f"/instances/{instance_id}/events/go", 1)
    assert (await api.get(f"/instances/{instance_id}?wait=200ms"))["status"] == "suspended"
    assert (await api.post(f"/instances/{instance_id}/resume", by="bob"))[1]["requested"] == "resume"
    assert (await api.ended(instance_id))["output"] == [1]
    events = await api.history(instance_id, "executionSuspended", "executionResumed")
    assert [event["input"] for event in events] == ["Jürgen B.: lunch: 1 h", "bob"]


async def test_a_terminated_instance_says_who_ended_it_and_why_and_its_child_ends_too(api: Managed) -> None:
    child = {"workflow": "wait_for_events", "input": ["go"]}
    instance_id = await api.start("parent", child)
    (created,) = await api.history(instance_id, "childWorkflowInstanceCreated")
    child_id = f"{instance_id}:{created['event_id']:04x}"
    await api.reaches(child_id, "running")
    done = await api.post(f"/instances/{instance_id}/terminate", {"reason": "no longer needed"}, by="bob")
    assert done == (202, {"instance_id": instance_id, "requested": "terminate"})
    view = await api.ended(instance_id)
    assert (view["status"], view["output"]) == ("terminated", "bob: no longer needed")
    assert (await api.ended(child_id))["status"] == "terminated"


ACTIONS = ["pause", "resume", "terminate", "events/go"]


@pytest.mark.parametrize("action", ACTIONS)
async def test_an_instance_that_has_ended_is_not_changed_any_more(api: Managed, action: str) -> None:
    instance_id = await api.start("sequence", [1])
    await api.ended(instance_id)
    before = await api.history(instance_id)
    assert await api.refused(f"/instances/{instance_id}/{action}", {}) == (409, "instance_ended")
    assert await api.history(instance_id) == before


@pytest.mark.parametrize("action", [*ACTIONS, "rerun", "events/approval"])
async def test_what_is_not_there_cannot_be_changed(api: Managed, action: str) -> None:
    body = {"approve": True} if action == "events/approval" else {}
    assert await api.refused(f"/instances/{NOBODY}/{action}", body) == (404, "instance_not_found")


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("pause", {"reason": 1}),
        ("terminate", {"reason": "x" * 501}),
        ("resume", {"because": "typo"}),
        ("rerun", {"from_event": "first"}),
        ("rerun", {"from_event": True}),
        ("rerun", {"instance_id": "a b"}),
        ("events/approval", {}),
        ("events/approval", {"approve": "yes"}),
        ("events/approval", {"approve": True, "by": "the boss"}),
        ("events/Approval", {"by": "the boss", "approve": True}),
        ("events/APPROVAL", {"approve": True}),
    ],
)
async def test_a_body_that_does_not_fit_is_refused(api: Managed, action: str, body: Any) -> None:
    assert await api.refused(f"/instances/{NOBODY}/{action}", body) == (422, "invalid_input")


# Approvals


async def test_a_vote_is_the_callers_and_decides(api: Managed) -> None:
    instance_id = await _asks(api, "ada", "bob")
    voted = await api.post(f"/instances/{instance_id}/events/approval", {"approve": True, "reason": "nice"}, by="bob")
    assert voted == (202, {"instance_id": instance_id, "requested": "event"})
    decision = (await api.ended(instance_id))["output"]
    assert decision == {"outcome": "approved", "by": ["bob"], "reason": "nice", "decided_by": "people"}
    (event,) = await api.history(instance_id, "eventRaised")
    assert event["input"] == {"by": "bob", "approve": True, "reason": "nice"}


async def test_only_who_is_asked_may_vote_and_only_once(api: Managed) -> None:
    instance_id = await _asks(api, "ada", "bob", required=2)
    path = f"/instances/{instance_id}/events/approval"
    assert await api.refused(path, {"approve": True}, by="eve") == (403, "not_an_approver")
    assert (await api.post(path, {"approve": True}, by="ada"))[0] == 202
    assert await api.refused(path, {"approve": False}, by="ada") == (409, "already_voted")
    assert (await api.post(path, {"approve": True}, by="bob"))[0] == 202
    assert await api.refused(path, {"approve": False}, by="bob") == (409, "approval_closed")
    assert (await api.ended(instance_id))["output"]["by"] == ["ada", "bob"]
    assert len(await api.history(instance_id, "eventRaised")) == 2


async def test_of_the_same_vote_many_times_at_once_one_counts_and_the_others_change_nothing(api: Managed) -> None:
    instance_id = await _asks(api, "ada", "bob", required=2)
    path = f"/instances/{instance_id}/events/approval"
    answers = await asyncio.gather(*(api.post(path, {"approve": True}, by="ada") for _ in range(8)))
    assert sorted(status for status, _ in answers) == [202] + [409] * 7
    assert {body["code"] for status, body in answers if status == 409} == {"already_voted"}
    shown = await api.approval(instance_id)
    assert (len(shown["votes"]), shown["refused"]) == (1, 0)
    assert len(await api.history(instance_id, "eventRaised")) == 1
    await api.post(f"/instances/{instance_id}/terminate")


async def test_a_paused_instance_takes_no_vote_until_it_is_resumed(api: Managed) -> None:
    instance_id = await _asks(api, "ada", "bob", required=2)
    path = f"/instances/{instance_id}/events/approval"
    await api.post(f"/instances/{instance_id}/pause")
    for by in ("ada", "bob", "ada"):
        assert await api.refused(path, {"approve": True}, by=by) == (409, "instance_paused")
    await api.post(f"/instances/{instance_id}/resume")
    await api.reaches(instance_id, "running")
    assert [(await api.post(path, {"approve": True}, by=by))[0] for by in ("ada", "bob")] == [202, 202]
    assert (await api.ended(instance_id))["output"]["by"] == ["ada", "bob"]
    assert len(await api.history(instance_id, "eventRaised")) == 2


@pytest.mark.parametrize(
    "name", ["approval%20", "%20Approval", "appro%C2%ADval", "approval%E2%80%8B", "%EF%BD%81pproval", "appro%20val"]
)
async def test_an_event_that_looks_like_a_vote_is_refused(api: Managed, name: str) -> None:
    instance_id = await _asks(api, "ada")
    status, problem = await api.post(f"/instances/{instance_id}/events/{name}", {"approve": True, "by": "ada"})
    assert (status, problem["code"], problem["errors"][0]["field"]) == (422, "invalid_input", "name")
    assert await api.history(instance_id, "eventRaised") == []
    await api.post(f"/instances/{instance_id}/terminate")


async def test_of_two_opposite_votes_at_once_one_counts_and_the_other_one_is_refused(api: Managed) -> None:
    instance_id = await _asks(api, "ada", "bob")
    path = f"/instances/{instance_id}/events/approval"
    answers = await asyncio.gather(
        api.post(path, {"approve": True}, by="ada"), api.post(path, {"approve": False}, by="bob")
    )
    decision = (await api.ended(instance_id))["output"]
    assert decision["by"] == (["ada"] if decision["outcome"] == "approved" else ["bob"])
    counted, refused = answers if decision["outcome"] == "approved" else reversed(answers)
    assert counted[0] == 202
    assert (refused[0], refused[1]["code"]) == (409, "approval_closed")


async def test_a_vote_after_the_deadline_changes_nothing(api: Managed) -> None:
    instance_id = await _asks(api, "ada", deadline_s=0.2)
    assert (await api.ended(instance_id))["output"]["decided_by"] == "policy"
    path = f"/instances/{instance_id}/events/approval"
    assert await api.refused(path, {"approve": True}) == (409, "approval_closed")
    assert await api.history(instance_id, "eventRaised") == []


async def test_who_asks_nobody_takes_no_vote(api: Managed) -> None:
    instance_id = await api.start("wait_for_events", ["approval"])
    assert await api.refused(f"/instances/{instance_id}/events/approval", {"approve": True}) == (409, "no_approval")
    assert await api.history(instance_id, "eventRaised") == []
    await api.post(f"/instances/{instance_id}/terminate")


async def test_what_waits_for_people_is_listed_until_they_have_decided(api: Managed) -> None:
    later, sooner = await _asks(api, "zoe", "max", required=2), await _asks(api, "zoe", deadline_s=3_600)

    async def listed(**query: str) -> list[str]:
        approvals = (await api.get("/approvals", params=query))["approvals"]
        return [each["instance_id"] for each in approvals if each["instance_id"] in {later, sooner}]

    async def shows(*wanted: str, **query: str) -> None:
        await until(lambda: listed(**query), what=f"{query} shows {wanted}", holds=lambda seen: seen == [*wanted])

    await shows(sooner, later)
    await shows(sooner, later, approver="zoe")
    await shows(later, approver="max")
    await shows(approver="eve")
    await api.post(f"/instances/{later}/events/approval", {"approve": True}, by="zoe")
    await shows(sooner, approver="zoe")
    await api.post(f"/instances/{sooner}/events/approval", {"approve": False}, by="zoe")
    await shows(later)
    first = (await api.get("/approvals", params={"approver": "max"}))["approvals"][0]
    assert (first["workflow"], first["approval"]["subject"]) == ("ask", "Buy a boat")
    await api.post(f"/instances/{later}/terminate")
    await shows()


# Rerun and purge


async def test_a_failed_instance_is_rerun_from_the_activity_that_ended_it_with_all_its_attempts(api: Managed) -> None:
    instance_id = await _failed(api, failures=9, attempts=3)
    status, body = await api.post(f"/instances/{instance_id}/rerun")
    assert (status, body["status"]) == (202, "scheduled")
    assert (await api.ended(body["instance_id"]))["status"] == "failed"
    assert len(await api.history(body["instance_id"], "taskFailed")) == 3


async def test_a_rerun_can_have_another_input_and_an_id_of_its_own(api: Managed) -> None:
    instance_id = await _failed(api)
    wanted = f"{instance_id}-again"
    answer = await api.post(f"/instances/{instance_id}/rerun", {"input": {"failures": 0}, "instance_id": wanted})
    assert answer == (202, {"instance_id": wanted, "status": "scheduled"})
    assert (await api.ended(wanted))["output"] == 1


async def test_the_same_rerun_twice_is_one_instance_and_another_one_under_its_id_is_refused(api: Managed) -> None:
    instance_id, other = await _failed(api), await _failed(api)
    wanted, path = f"{instance_id}-again", f"/instances/{instance_id}/rerun"
    body = {"input": {"failures": 0}, "instance_id": wanted}
    asked = await asyncio.gather(*(api.post(path, body) for _ in range(3)))
    assert asked == [(202, {"instance_id": wanted, "status": "scheduled"})] * 3
    await api.ended(wanted)
    before = await api.history(wanted)
    assert (await api.post(path, body, by="bob"))[0] == 202
    assert await api.history(wanted) == before
    for at, differs in [(path, {"input": {"failures": 1}}), (path, {}), (f"/instances/{other}/rerun", body)]:
        status, problem = await api.post(at, differs | {"instance_id": wanted})
        assert (status, problem["code"], problem["instance_id"]) == (409, "instance_exists", wanted)


async def test_an_instance_that_completed_is_run_again_only_where_that_is_insisted_on(api: Managed) -> None:
    instance_id = await api.start("sequence", ["a", "b"])
    await api.ended(instance_id)
    status, problem = await api.post(f"/instances/{instance_id}/rerun", {"instance_id": f"{instance_id}-2"})
    assert (status, problem["code"], problem["instance_id"]) == (409, "instance_completed", instance_id)
    assert "echo" in problem["detail"]
    assert '"again": true' in problem["detail"]
    assert await api.refused(f"/instances/{instance_id}-2", method="GET") == (404, "instance_not_found")
    assert (await api.post(f"/instances/{instance_id}/rerun", {"again": True}))[0] == 202


async def test_a_history_says_who_started_and_who_raised_what_and_of_what_it_is_a_rerun(api: Managed) -> None:
    instance_id = f"by-{uuid4().hex[:8]}"
    body = {"instance_id": instance_id, "input": ASK}
    assert (await api.post("/workflows/ask", body, by="Jürgen B."))[0] == 202
    assert (await api.post("/workflows/ask", body, by="bob"))[0] == 202
    await api.approval(instance_id)
    for by, name, payload in [("eve", "go", 1), ("bob", "go", 2), ("zoe", "GO", 1), ("anonymous", "quiet", 1)]:
        assert (await api.post(f"/instances/{instance_id}/events/{name}", payload, by=by))[0] == 202
    await api.post(f"/instances/{instance_id}/events/approval", {"approve": True}, by="ada")
    await api.ended(instance_id)
    first = await _named(api, instance_id, 6)
    assert first[0] == ("executionStarted", "Jürgen B.", None)
    assert [*first[1:]] == [
        ("eventRaised", "eve", 1),
        ("eventRaised", "bob", 2),
        ("eventRaised", "zoe", 1),
        ("eventRaised", None, 1),
        ("eventRaised", "ada", {"by": "ada", "approve": True, "reason": ""}),
    ]
    begin = next(event for event in await api.history(instance_id, "taskScheduled"))["event_id"]
    _, again = await api.post(f"/instances/{instance_id}/rerun", {"from_event": begin, "again": True}, by="max")
    await api.approval(again["instance_id"])
    await _named(api, again["instance_id"], 1)
    (start,) = await api.history(again["instance_id"], "executionStarted")
    assert (start["by"], start["rerun_of"], start["rerun_from"]) == ("max", instance_id, begin)
    await api.post(f"/instances/{again['instance_id']}/terminate")


async def test_a_purge_forgets_who_did_what(api: Managed) -> None:
    instance_id = f"by-{uuid4().hex[:8]}"
    body = {"instance_id": instance_id, "input": ASK}
    await api.post("/workflows/ask", body, by="eve")
    await _named(api, instance_id, 1)
    await api.post(f"/instances/{instance_id}/terminate")
    await api.ended(instance_id)
    assert (await api.ask("DELETE", f"/instances/{instance_id}"))[0] == 204
    await api.post("/workflows/ask", body, by="anonymous")
    await api.approval(instance_id)

    async def starter() -> str | None:
        return next(event["by"] for event in await api.history(instance_id, "executionStarted"))

    await until(starter, what="nobody is told of", holds=lambda by: by is None)
    await api.post(f"/instances/{instance_id}/terminate")


async def _named(api: Managed, instance_id: str, count: int) -> list[tuple[str, str | None, Any]]:
    """Who started and who raised what, once the start has a name and there are so many."""

    async def look() -> list[tuple[str, str | None, Any]]:
        events = await api.history(instance_id, "executionStarted", "eventRaised")
        return [(e["type"], e["by"], None if e["type"] == "executionStarted" else e["input"]) for e in events]

    what = f"{instance_id} names who started it, of {count}"
    return await until(look, what=what, holds=lambda seen: len(seen) == count and seen[0][1] is not None)


async def test_a_rerun_was_created_when_it_was_asked_for_as_lists_say_and_its_own_page(api: Managed) -> None:
    instance_id = await _failed(api)
    source, wanted = await api.get(f"/instances/{instance_id}"), f"{instance_id}-dated"
    await api.post(f"/instances/{instance_id}/rerun", {"input": {"failures": 0}, "instance_id": wanted})
    view = await api.ended(wanted)

    async def listed() -> dict[str, Any]:
        (entry,) = (await api.get(f"/instances?prefix={wanted}"))["instances"]
        return dict(entry)

    entry = await until(listed, what=f"{wanted} is listed as ended", holds=lambda seen: seen["status"] == "completed")
    assert entry["created_at"] == view["created_at"]
    assert datetime.fromisoformat(view["created_at"]) > datetime.fromisoformat(source["updated_at"])


async def test_a_rerun_goes_on_from_the_event_that_is_named(api: Managed) -> None:
    instance_id = await api.start("sequence", ["a", "b"])
    await api.ended(instance_id)
    second = (await api.history(instance_id, "taskScheduled"))[1]["event_id"]
    body = {"from_event": second, "input": None, "again": True}
    _, answer = await api.post(f"/instances/{instance_id}/rerun", body)
    assert (await api.ended(answer["instance_id"]))["output"] == ["a", None]


async def test_an_instance_that_did_not_fail_is_rerun_from_its_first_event(api: Managed) -> None:
    instance_id = await api.start("timer_between", {"seconds": 0.01})
    await api.ended(instance_id)
    _, answer = await api.post(f"/instances/{instance_id}/rerun", {"input": "again", "again": True})
    assert (await api.ended(answer["instance_id"]))["output"] == ["again", "after"]


async def test_what_cannot_be_rerun_is_refused_with_the_reason(api: Managed) -> None:
    timed, exploded, running = [
        await api.start("timer_between", {"seconds": 0.01}),
        await api.start("explode", "boom"),
        await api.start("wait_for_events", ["go"]),
    ]
    parent = await api.start("parent", {"workflow": "sequence", "input": [1]})
    for instance_id in (timed, exploded, parent):
        await api.ended(instance_id)
    (timer,) = await api.history(timed, "timerCreated")
    (child,) = await api.history(parent, "childWorkflowInstanceCreated")

    async def refused(instance_id: str, **body: Any) -> tuple[int, str]:
        return await api.refused(f"/instances/{instance_id}/rerun", body)

    assert await refused(timed, from_event=77) == (409, "nothing_to_rerun")
    assert await refused(timed, from_event=timer["event_id"], input=1, again=True) == (409, "nothing_to_rerun")
    assert await refused(exploded) == (409, "nothing_to_rerun")
    assert await refused(running) == (409, "instance_ended")
    assert await refused(f"{parent}:{child['event_id']:04x}", again=True) == (409, "nothing_to_rerun")
    await api.post(f"/instances/{running}/terminate")


async def test_a_rerun_with_an_input_that_does_not_fit_names_its_field(api: Managed) -> None:
    parent = await api.start("parent", {"workflow": "ask", "input": ASK})
    await api.post(f"/instances/{parent}/terminate")
    await api.ended(parent)
    status, problem = await api.post(f"/instances/{parent}/rerun", {"input": ASK | {"approvers": "ada"}})
    assert (status, problem["errors"][0]["field"]) == (422, "input.approvers")


async def test_what_undoes_something_is_given_no_other_input_by_a_rerun(api: Managed) -> None:
    instance_id = await api.start("call", {"activity": UNDO, "input": {"charge": 1}})
    assert (await api.ended(instance_id))["output"] == {"charge": 1}
    path = f"/instances/{instance_id}/rerun"
    status, problem = await api.post(path, {"input": {"charge": 2}, "again": True})
    assert (status, problem["errors"][0]["field"]) == (422, "input")
    assert UNDO in problem["detail"]
    for body in ({"again": True}, {"input": {"charge": 1}, "again": True}):
        _, answer = await api.post(path, body)
        assert (await api.ended(answer["instance_id"]))["output"] == {"charge": 1}


async def test_a_purged_instance_is_gone_with_its_child_and_its_id_is_free(api: Managed) -> None:
    instance_id = await api.start("parent", {"workflow": "sequence", "input": [1]}, instance_id="purged-1")
    await api.ended(instance_id)
    (child,) = await api.history(instance_id, "childWorkflowInstanceCreated")
    child_id = f"{instance_id}:{child['event_id']:04x}"
    assert await api.ask("DELETE", f"/instances/{instance_id}") == (204, None)
    for gone in (instance_id, child_id):
        assert await api.refused(f"/instances/{gone}", method="GET") == (404, "instance_not_found")

    async def listed() -> Any:
        return (await api.get("/instances", params={"prefix": instance_id}))["instances"]

    await until(listed, what="neither is listed", holds=lambda seen: seen == [])
    assert await api.refused(f"/instances/{instance_id}", method="DELETE") == (404, "instance_not_found")
    await api.start("sequence", [2], instance_id=instance_id)
    assert (await api.ended(instance_id))["output"] == [2]


async def test_an_instance_that_has_not_ended_is_not_purged(api: Managed) -> None:
    instance_id = await api.start("wait_for_events", ["go"])
    assert await api.refused(f"/instances/{instance_id}", method="DELETE") == (409, "instance_ended")
    assert (await api.get(f"/instances/{instance_id}"))["status"] == "running"
    await api.post(f"/instances/{instance_id}/terminate")


# Lists


async def test_instances_are_listed_newest_first_by_filters_and_counted(api: Managed) -> None:
    ids = [await api.start("sequence", [n], instance_id=f"list-{n}") for n in range(3)]
    waits = await api.start("wait_for_events", ["go"], instance_id="list-waits")
    for instance_id in ids:
        await api.ended(instance_id)

    async def listed(**query: Any) -> list[str]:
        page = await api.get("/instances", params={"prefix": "list-"} | query)
        return [each["instance_id"] for each in page["instances"]]

    newest_first = [waits, *reversed(ids)]
    await until(listed, what="all are listed", holds=lambda seen: seen == newest_first)
    done = {"status": "completed"}
    await until(lambda: listed(**done), what="three have ended", holds=lambda seen: seen == [*reversed(ids)])
    assert await listed(workflow="wait_for_events") == [waits]
    assert await listed(workflow=["wait_for_events", "sequence"], status=["running", "failed"]) == [waits]
    since = (await api.get(f"/instances/{ids[1]}"))["created_at"]
    assert await listed(created_after=since) == [waits, ids[2]]
    assert await listed(limit=1) == [waits]
    counts = (await api.get("/instances/counts", params={"prefix": "list-"}))["counts"]
    assert {(each["workflow"], each["status"]): each["count"] for each in counts} == {
        ("sequence", "completed"): 3,
        ("wait_for_events", "running"): 1,
    }
    await api.post(f"/instances/{waits}/terminate")


async def test_pages_hold_every_instance_once_while_others_come(api: Managed) -> None:
    ids = {await api.start("sequence", [n], instance_id=f"page-{n}") for n in range(5)}

    async def page(**query: Any) -> Any:
        return await api.get("/instances", params={"prefix": "page-", "limit": 2} | query)

    async def counted() -> int:
        counts = (await api.get("/instances/counts", params={"prefix": "page-"}))["counts"]
        return sum(each["count"] for each in counts)

    await until(counted, what="all are counted", holds=lambda seen: seen == len(ids))
    seen, cursor = [], {}
    while True:
        found = await page(**cursor)
        assert len(found["instances"]) <= 2
        seen += [each["instance_id"] for each in found["instances"]]
        await api.start("sequence", [9], instance_id=f"page-new-{len(seen)}")
        if found["next_cursor"] is None:
            break
        cursor = {"cursor": found["next_cursor"]}
    assert len(seen) == len(set(seen))
    assert ids <= set(seen)


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=501",
        "status=sleeping",
        "created_after=yesterday",
        "created_after=1",
        "cursor=nonsense",
        "satus=running",
    ],
)
async def test_a_query_that_means_nothing_is_refused(api: Managed, query: str) -> None:
    assert await api.refused(f"/instances?{query}", method="GET") == (422, "invalid_input")


# Following


async def test_a_stream_tells_each_change_and_each_event_of_the_history_until_the_end(api: Managed) -> None:
    instance_id = await api.start("wait_for_events", ["go", "on"])
    told = []
    async for piece in api.follow(instance_id):
        told.append(piece)
        running = [each for each in told if each.event == "instance"]
        if piece.event == "instance" and piece.data["status"] == "running":
            await api.post(f"/instances/{instance_id}/events/{'go' if len(running) == 1 else 'on'}", len(running))
    assert (told[0].event, told[-1].event) == ("instance", "end")
    assert not any("input" in each.data for each in told if each.event == "instance")
    assert (told[-1].data["output"], told[-1].data["input"]) == ([1, 2], ["go", "on"])
    history = [each for each in told if each.event == "history"]
    assert [each.id for each in history] == list(range(len(history)))
    assert [each.data for each in history] == await api.history(instance_id)


async def test_a_stream_is_taken_up_after_the_last_event_that_arrived(api: Managed) -> None:
    instance_id = await api.start("sequence", [1, 2])
    await api.ended(instance_id)
    whole = [piece async for piece in api.follow(instance_id)]
    rest = [piece async for piece in api.follow(instance_id, after=3)]
    assert [piece.id for piece in rest if piece.event == "history"] == [
        piece.id for piece in whole if piece.event == "history" and (piece.id or 0) > 3
    ]
    assert rest[-1] == whole[-1]


async def test_a_stream_tells_the_new_history_where_a_workflow_continued_as_new(api: Managed) -> None:
    instance_id = await api.start("one_event_a_life", {"gate": "none", "lives": 3, "save": True, "seen": [0]})
    places: list[int | None] = []
    async for piece in api.follow(instance_id):
        if piece.event == "instance" and piece.data["status"] == "running":
            await api.post(f"/instances/{instance_id}/events/next", 1)
        places += [piece.id] if piece.event == "history" else []
    assert places.count(0) == 2
    assert (await api.ended(instance_id))["output"] == [0, 1, 1]


async def test_a_stream_of_what_is_not_there_is_not_found(api: Managed) -> None:
    assert await api.refused(f"/instances/{NOBODY}/events", method="GET") == (404, "instance_not_found")
