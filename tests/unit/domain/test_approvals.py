"""Who may vote, what a vote changes, and what happens when a time has come."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from durably.contracts.approvals import MAX_REMINDERS, ApprovalRequest, PendingApproval
from durably.domain.approvals import considered, next_moment, notices, opened, passed, refusal, told

AT: Final = datetime(2026, 3, 1, 12, tzinfo=UTC)
HOUR_S: Final = 3_600
PEOPLE: Final = ("ada", "bob", "cy", "dan")

TERMS: Final[dict[str, Any]] = {
    "subject": "Order 7",
    "approvers": ["ada", "bob"],
    "deadline_s": 72 * HOUR_S,
    "remind_after_s": 20 * HOUR_S,
    "escalate_to": ["cy"],
    "escalate_after_s": 48 * HOUR_S,
    "on_deadline": "reject",
}


def request(**terms: Any) -> ApprovalRequest:
    return ApprovalRequest.model_validate(TERMS | terms)


def vote(by: str, *, approve: bool = True, reason: str = "") -> dict[str, Any]:
    return {"by": by, "approve": approve, "reason": reason}


def after(asked: ApprovalRequest, *payloads: Any) -> PendingApproval:
    pending = opened(asked, AT)
    for payload in payloads:
        pending = considered(pending, payload)
    return pending


def moments(asked: ApprovalRequest) -> list[tuple[str, float]]:
    """Everything that happens while nobody votes, with the hours after which it does."""
    pending = opened(asked, AT)
    seen: list[tuple[str, float]] = []
    while pending.decision is None:
        at, kind = next_moment(asked, pending)
        seen.append((kind, (at - AT) / timedelta(hours=1)))
        pending = passed(asked, pending, kind)
    return seen


def test_one_approval_approves_where_one_is_required() -> None:
    decision = after(request(), vote("bob", reason="fine")).decision
    assert decision is not None
    assert decision.model_dump() == {"outcome": "approved", "by": ("bob",), "reason": "fine", "decided_by": "people"}


def test_one_rejection_rejects_whatever_others_said_before() -> None:
    decision = after(request(required=2), vote("ada", reason="good"), vote("bob", approve=False, reason="no")).decision
    assert decision is not None
    assert (decision.outcome, decision.by, decision.reason) == ("rejected", ("bob",), "no")


def test_two_required_approvals_are_by_two_people() -> None:
    asked = request(required=2)
    once = after(asked, vote("ada", reason="good"), vote("ada", reason="very"))
    assert (once.decision, len(once.votes), once.refused) == (None, 1, 1)
    decision = considered(once, vote("bob", reason="fine")).decision
    assert decision is not None
    assert (decision.by, decision.reason) == (("ada", "bob"), "good; fine")


def test_a_second_vote_of_one_person_does_not_take_back_the_first() -> None:
    pending = after(request(required=2), vote("ada"), vote("ada", approve=False))
    assert (pending.decision, [v.approve for v in pending.votes]) == (None, [True])


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        "yes",
        {},
        {"by": "ada"},
        {"approve": True},
        {"by": "", "approve": True},
        {"by": "ada", "approve": "yes"},
        {"by": "ada", "approve": 1},
        {"by": "ada", "approve": True, "more": 1},
        {"by": 5, "approve": True},
        {"by": "ada", "approve": True, "reason": "x" * 1_001},
        vote("eve"),
        vote("Ada"),
        vote("cy"),
    ],
    ids=str,
)
def test_what_is_no_vote_of_somebody_who_may_changes_nothing_but_is_counted(payload: Any) -> None:
    before = opened(request(), AT)
    assert considered(before, payload) == before.model_copy(update={"refused": 1})


def test_those_whom_it_was_escalated_to_may_vote_from_then_on() -> None:
    asked = request()
    pending = after(asked, vote("cy"))
    assert pending.decision is None
    decision = considered(passed(asked, pending, "escalation"), vote("cy")).decision
    assert decision is not None
    assert decision.by == ("cy",)


@pytest.mark.parametrize(("on_deadline", "outcome"), [("approve", "approved"), ("reject", "rejected")])
def test_at_the_deadline_policy_decides_and_says_how_far_people_were(on_deadline: str, outcome: str) -> None:
    asked = request(required=2, on_deadline=on_deadline)
    decision = passed(asked, after(asked, vote("ada")), "deadline").decision
    assert decision is not None
    assert (decision.outcome, decision.by, decision.decided_by) == (outcome, (), "policy")
    assert decision.reason == "1 of 2 approvals by the deadline"


def test_reminders_escalation_and_deadline_come_in_the_order_of_their_times() -> None:
    assert moments(request()) == [
        ("reminder", 20),
        ("reminder", 40),
        ("escalation", 48),
        ("reminder", 60),
        ("deadline", 72),
    ]


def test_a_reminder_comes_before_an_escalation_and_never_at_the_deadline() -> None:
    assert moments(request(remind_after_s=24 * HOUR_S)) == [
        ("reminder", 24),
        ("reminder", 48),
        ("escalation", 48),
        ("deadline", 72),
    ]


def test_without_reminder_and_escalation_only_the_deadline_is_left() -> None:
    assert moments(request(remind_after_s=None, escalate_to=[], escalate_after_s=None)) == [("deadline", 72)]


def test_asking_tells_every_approver_what_is_asked_and_until_when() -> None:
    asked = request()
    told_people = notices(asked, opened(asked, AT), None, about="order-7")
    assert [notice.assignee for notice in told_people] == ["ada", "bob"]
    assert {notice.task_id for notice in told_people} == {"order-7"}
    assert told_people[0].text == "Your approval is asked for: Order 7. Decide by 2026-03-04 12:00 UTC."


def test_only_those_are_reminded_who_have_not_voted() -> None:
    asked = request(required=2)
    reminded = notices(asked, passed(asked, after(asked, vote("ada")), "reminder"), "reminder", about="i")
    assert [notice.assignee for notice in reminded] == ["bob"]


def test_an_escalation_tells_those_it_goes_to_and_reminders_then_tell_all() -> None:
    asked = request()
    escalated = passed(asked, opened(asked, AT), "escalation")
    assert [notice.assignee for notice in notices(asked, escalated, "escalation", about="i")] == ["cy"]
    assert [notice.assignee for notice in notices(asked, escalated, "reminder", about="i")] == ["ada", "bob", "cy"]


def test_nobody_is_told_of_a_deadline_that_has_passed() -> None:
    asked = request()
    assert notices(asked, passed(asked, opened(asked, AT), "deadline"), "deadline", about="i") == ()


@pytest.mark.parametrize(
    ("by", "said"),
    [("ada", "voted already"), ("eve", "not among those"), ("bob", None)],
)
def test_a_vote_that_would_not_count_is_told_why(by: str, said: str | None) -> None:
    why = refusal(after(request(required=2), vote("ada")), by)
    assert (why is None) if said is None else (why is not None and said in why)


def test_a_vote_after_the_decision_is_told_which_one_it_was() -> None:
    assert refusal(after(request(), vote("ada", approve=False)), "bob") == "It is rejected already."


def test_a_decision_is_told_in_words() -> None:
    asked = request()
    by_people = after(asked, vote("ada", reason="fine")).decision
    by_policy = passed(asked, opened(asked, AT), "deadline").decision
    assert by_people is not None
    assert by_policy is not None
    assert told(by_people) == "Approved by ada: fine"
    assert told(by_policy) == "Rejected by policy: 0 of 1 approvals by the deadline"


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"approvers": []}, "approvers"),
        ({"approvers": ["ada", "ada"]}, "twice"),
        ({"escalate_to": ["ada"]}, "twice"),
        ({"required": 3}, "more than there are approvers"),
        ({"required": 0}, "required"),
        ({"escalate_to": []}, "go together"),
        ({"escalate_after_s": None}, "go together"),
        ({"escalate_after_s": 72 * HOUR_S}, "before the deadline"),
        ({"deadline_s": 0}, "deadline_s"),
        ({"deadline_s": float("inf")}, "deadline_s"),
        ({"remind_after_s": 1}, f"more than {MAX_REMINDERS} reminders"),
        ({"on_deadline": "ask"}, "on_deadline"),
        ({"subject": ""}, "subject"),
    ],
)
def test_terms_that_cannot_be_kept_are_refused(terms: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        request(**terms)


VOTES = st.builds(vote, by=st.sampled_from(PEOPLE), approve=st.booleans(), reason=st.sampled_from(["", "so"]))
STEPS = st.lists(st.one_of(VOTES, st.just("no vote"), st.just("time")), max_size=30)


@given(steps=STEPS, required=st.integers(1, 2), on_deadline=st.sampled_from(["approve", "reject"]))
def test_it_is_decided_at_most_once_and_what_led_to_it_adds_up(
    steps: list[Any], required: int, on_deadline: str
) -> None:
    asked = request(required=required, on_deadline=on_deadline)
    states = [opened(asked, AT)]
    for step in steps:
        last = states[-1]
        states.append(passed(asked, last, next_moment(asked, last).kind) if step == "time" else considered(last, step))
    decided = [state for state in states if state.decision is not None]
    assert all(state == decided[0] for state in decided), "something changed after the decision"
    for earlier, later in pairwise(states):
        assert later.votes[: len(earlier.votes)] == earlier.votes, "a vote was taken back"
    voters = [v.by for v in states[-1].votes]
    assert len(set(voters)) == len(voters)
    assert set(voters) <= set(states[-1].approvers)


@given(steps=STEPS)
def test_people_decide_exactly_when_their_votes_do(steps: list[Any]) -> None:
    """The same rule, told another way: over the first vote of each who may vote, no rejection and enough approvals."""
    asked = request(required=2, remind_after_s=None, escalate_to=[], escalate_after_s=None)
    pending, first = opened(asked, AT), dict[str, bool]()
    wanted: str | None = None
    for step in (step for step in steps if isinstance(step, dict)):
        pending = considered(pending, step)
        if wanted is None and step["by"] in asked.approvers:
            first.setdefault(step["by"], step["approve"])
            wanted = "rejected" if False in first.values() else "approved" if len(first) == 2 else None
    assert (pending.decision.outcome if pending.decision else None) == wanted


@given(
    deadline_h=st.integers(1, 100),
    remind_h=st.none() | st.integers(1, 100),
    escalate_h=st.none() | st.integers(1, 99),
)
def test_time_only_goes_forward_and_ends_at_the_deadline(
    deadline_h: int, remind_h: int | None, escalate_h: int | None
) -> None:
    escalate_h = None if escalate_h is None or escalate_h >= deadline_h else escalate_h
    seen = moments(
        request(
            deadline_s=deadline_h * HOUR_S,
            remind_after_s=remind_h and remind_h * HOUR_S,
            escalate_to=["cy"] if escalate_h else [],
            escalate_after_s=escalate_h and escalate_h * HOUR_S,
        )
    )
    kinds, hours = [kind for kind, _ in seen], [hour for _, hour in seen]
    assert hours == sorted(hours)
    assert (kinds[-1], hours[-1]) == ("deadline", deadline_h)
    assert kinds.count("deadline") == 1
    assert kinds.count("escalation") == (escalate_h is not None)
