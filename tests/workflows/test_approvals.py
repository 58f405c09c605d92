"""Asking people: told, reminded, escalated, decided; wrong, late, repeated votes; days of waiting in milliseconds."""

from typing import Any, Final

import pytest

from durably.contracts.approvals import Vote
from durably.contracts.instances import InstanceStatus
from tests.harness.waiting import true, until
from tests.workflows.asking import ASK, ASK_TWICE
from tests.workflows.conftest import Clocked

HOUR_S: Final = 3_600
REQUEST: Final[dict[str, Any]] = {
    "subject": "Order 7",
    "approvers": ["ada", "bob"],
    "deadline_s": 72 * HOUR_S,
    "remind_after_s": 20 * HOUR_S,
    "escalate_to": ["cy"],
    "escalate_after_s": 48 * HOUR_S,
    "on_deadline": "reject",
}


async def asked(clocked: Clocked, *, workflow: str = ASK, **terms: Any) -> str:
    """An instance that has asked, and told everybody."""
    instance_id = await clocked.runner.start(workflow, REQUEST | terms)
    await clocked.pending(instance_id, decision=None)
    await told(clocked, instance_id, 2)
    return instance_id


async def told(clocked: Clocked, instance_id: str, count: int) -> list[tuple[str, str]]:
    """The first word of what each was told, once so many were."""
    await until(true(lambda: len(clocked.outside.told(instance_id)) == count), what=f"{count} were told")
    return [(who, text.partition(":")[0]) for who, text in clocked.outside.told(instance_id)]


async def test_the_approvers_are_told_and_one_of_them_decides(clocked: Clocked) -> None:
    instance_id = await asked(clocked)
    assert await told(clocked, instance_id, 2) == [
        ("ada", "Your approval is asked for"),
        ("bob", "Your approval is asked for"),
    ]
    await clocked.vote(instance_id, "bob", reason="fine")
    view = await clocked.ended(instance_id)
    assert view.output == {"outcome": "approved", "by": ["bob"], "reason": "fine", "decided_by": "people"}


async def test_while_it_waits_the_custom_status_says_for_whom_since_when_and_until_when(clocked: Clocked) -> None:
    instance_id = await asked(clocked, required=2)
    await clocked.vote(instance_id, "ada", reason="good")
    pending = await clocked.pending(instance_id, votes=(_vote("ada", reason="good"),))
    assert (pending.subject, pending.approvers, pending.required) == ("Order 7", ("ada", "bob"), 2)
    assert (pending.until - pending.since).total_seconds() == 72 * HOUR_S
    view = await clocked.runner.client.get(instance_id)
    assert abs((pending.since - view.created_at).total_seconds()) < 1
    assert view.status is InstanceStatus.RUNNING


async def test_one_rejection_ends_it_with_its_reason(clocked: Clocked) -> None:
    instance_id = await asked(clocked, required=2)
    await clocked.vote(instance_id, "ada", approve=False, reason="too expensive")
    view = await clocked.ended(instance_id)
    assert view.output == {"outcome": "rejected", "by": ["ada"], "reason": "too expensive", "decided_by": "people"}


async def test_who_has_not_voted_is_reminded_again_and_again(clocked: Clocked) -> None:
    instance_id = await asked(clocked, required=2)
    await clocked.vote(instance_id, "ada")
    await clocked.pending(instance_id, votes=(_vote("ada"),))
    for count in (1, 2):
        clocked.advance(hours=20)
        await clocked.pending(instance_id, reminders=count)
        reminded = await told(clocked, instance_id, 2 + count)
        assert reminded[-1] == ("bob", "Your approval is still waited for")
    await clocked.vote(instance_id, "bob")
    assert (await clocked.ended(instance_id)).output["by"] == ["ada", "bob"]


async def test_nothing_happens_a_second_too_early(clocked: Clocked) -> None:
    instance_id = await asked(clocked)
    clocked.advance(hours=20, seconds=-1)
    assert (await clocked.runner.client.wait(instance_id, timeout_s=0.2)).status is InstanceStatus.RUNNING
    assert (await clocked.pending(instance_id)).reminders == 0
    clocked.advance(seconds=1)
    await clocked.pending(instance_id, reminders=1)


async def test_after_the_escalation_others_are_told_and_may_decide(clocked: Clocked) -> None:
    instance_id = await asked(clocked, remind_after_s=None)
    await clocked.vote(instance_id, "cy")
    await clocked.pending(instance_id, refused=1, decision=None)
    clocked.advance(hours=48)
    pending = await clocked.pending(instance_id, escalated=True)
    assert pending.approvers == ("ada", "bob", "cy")
    escalated = await told(clocked, instance_id, 3)
    assert escalated[-1] == ("cy", "Nobody has decided yet, so your approval is asked for")
    await clocked.vote(instance_id, "cy", reason="overdue")
    assert (await clocked.ended(instance_id)).output["by"] == ["cy"]


@pytest.mark.parametrize(("on_deadline", "outcome"), [("approve", "approved"), ("reject", "rejected")])
async def test_at_the_deadline_policy_decides(clocked: Clocked, on_deadline: str, outcome: str) -> None:
    instance_id = await asked(clocked, on_deadline=on_deadline, remind_after_s=None)
    clocked.advance(hours=48)
    await clocked.pending(instance_id, escalated=True)
    clocked.advance(hours=24)
    view = await clocked.ended(instance_id)
    assert (view.output["outcome"], view.output["decided_by"], view.output["by"]) == (outcome, "policy", [])


async def test_a_worker_that_comes_late_makes_up_for_everything_in_its_order(clocked: Clocked) -> None:
    """All of it is overdue at once, as after an outage of days."""
    instance_id = await asked(clocked)
    clocked.advance(hours=100)
    assert (await clocked.ended(instance_id)).output["decided_by"] == "policy"
    decided = await clocked.pending(instance_id)
    assert (decided.reminders, decided.escalated) == (3, True)


@pytest.mark.parametrize(
    "payload",
    [None, "yes", [], {"approve": True}, {"by": "ada", "approve": "yes"}, {"by": "eve", "approve": True}],
    ids=str,
)
async def test_a_wrong_vote_changes_nothing_and_can_be_seen(clocked: Clocked, payload: Any) -> None:
    instance_id = await asked(clocked)
    await clocked.runner.client.raise_event(instance_id, "approval", payload)
    pending = await clocked.pending(instance_id, refused=1)
    assert (pending.votes, pending.decision) == ((), None)
    await clocked.vote(instance_id, "ada")
    assert (await clocked.ended(instance_id)).output["by"] == ["ada"]


async def test_a_wrong_vote_does_not_put_off_what_comes_next(clocked: Clocked) -> None:
    instance_id = await asked(clocked)
    clocked.advance(hours=10)
    await clocked.vote(instance_id, "eve")
    await clocked.pending(instance_id, refused=1)
    clocked.advance(hours=10)
    await clocked.pending(instance_id, reminders=1)


async def test_two_votes_of_one_person_are_one(clocked: Clocked) -> None:
    instance_id = await asked(clocked, required=2)
    await clocked.vote(instance_id, "ada")
    await clocked.vote(instance_id, "ada", approve=False)
    pending = await clocked.pending(instance_id, refused=1)
    assert [(vote.by, vote.approve) for vote in pending.votes] == [("ada", True)]
    await clocked.vote(instance_id, "bob")
    assert (await clocked.ended(instance_id)).output["outcome"] == "approved"


async def test_votes_that_come_together_decide_once_by_the_first(clocked: Clocked) -> None:
    instance_id = await asked(clocked, workflow=ASK_TWICE)
    await clocked.vote(instance_id, "ada", reason="first")
    await clocked.vote(instance_id, "bob", approve=False, reason="second")
    pending = await clocked.pending(instance_id, votes=(_vote("ada", reason="first"),))
    assert pending.decision is not None
    assert (pending.decision.outcome, pending.decision.reason) == ("approved", "first")


async def test_a_late_vote_for_one_question_is_not_taken_for_the_next(clocked: Clocked) -> None:
    instance_id = await asked(clocked, workflow=ASK_TWICE)
    await clocked.vote(instance_id, "ada")
    await clocked.pending(instance_id, votes=(_vote("ada"),))
    await clocked.vote(instance_id, "bob", approve=False, reason="too late")
    await clocked.runner.client.raise_event(instance_id, "go")
    pending = await clocked.pending(instance_id, refused=1)
    assert (pending.votes, pending.decision) == ((), None)
    await clocked.vote(instance_id, "bob", reason="in time")
    assert [decision["by"] for decision in (await clocked.ended(instance_id)).output] == [["ada"], ["bob"]]


async def test_people_who_cannot_be_told_can_decide_all_the_same(clocked: Clocked) -> None:
    clocked.outside.away = True
    instance_id = await clocked.runner.start(ASK, REQUEST)
    await clocked.pending(instance_id, decision=None)
    await clocked.vote(instance_id, "ada")
    assert (await clocked.ended(instance_id)).output["by"] == ["ada"]


async def test_a_notification_that_reaches_nobody_can_be_seen(clocked: Clocked) -> None:
    clocked.outside.away = True
    instance_id = await clocked.runner.start(ASK, REQUEST)
    for attempt in range(1, 5):  # 1, 2, 4 and 8 s of pause for each of the two
        await clocked.runner.recorded(instance_id, "taskFailed", count=2 * attempt)
        await clocked.runner.recorded(instance_id, "timerCreated", count=1 + 2 * attempt)
        clocked.advance(seconds=2 ** (attempt - 1))
    pending = await clocked.pending(instance_id, undelivered=2)
    assert pending.decision is None


def _vote(by: str, *, approve: bool = True, reason: str = "") -> Vote:
    return Vote(by=by, approve=approve, reason=reason)
