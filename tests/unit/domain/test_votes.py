from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from durably.contracts.approvals import Decision, PendingApproval, Vote
from durably.contracts.instances import InstanceStatus, InstanceView
from durably.contracts.refusals import (
    AlreadyVotedError,
    ApprovalClosedError,
    InstancePausedError,
    NoApprovalError,
    NotAnApproverError,
)
from durably.domain.votes import asked_by, check_vote, is_vote, passes_for_vote, verdict

NOW = datetime(2026, 1, 1, 12, tzinfo=UTC)
ASKED = PendingApproval(
    subject="Buy a boat", approvers=("ada", "bob"), required=2, since=NOW, until=NOW + timedelta(hours=1)
)
ADAS = Vote(by="ada", approve=True)
REJECTED = Decision(outcome="rejected", by=("bob",), reason="", decided_by="people")


def shows(status: InstanceStatus = InstanceStatus.RUNNING, **changed: Any) -> InstanceView:
    """An instance that shows an approval."""
    text = ASKED.model_copy(update=changed).model_dump_json()
    return InstanceView(
        instance_id="i-1", workflow="ask", status=status, created_at=NOW, updated_at=NOW, custom_status=text
    )


@pytest.mark.parametrize("name", ["approval", "Approval", "APPROVAL"])
def test_a_vote_is_one_in_any_case_because_workflows_do_not_tell_cases_apart(name: str) -> None:
    assert is_vote(name)


@pytest.mark.parametrize("name", ["approvals", " approval", "go"])
def test_another_event_is_no_vote(name: str) -> None:
    assert not is_vote(name)


@pytest.mark.parametrize(
    "name",
    [
        "approval ",
        " Approval",
        "app roval",
        "approval\u200b",
        "appro\u00advAL",
        "\u2060approval",
        "approval\u00a0",
        "approval\u3000",
        "approval\u3164",
        "approval\ufe0f",
        "approval\u034f",
        "approval\U000e0061",
        "approval\u2028",
        "\uff41\uff50\uff50\uff52\uff4f\uff56\uff41\uff4c",
        "\U0001d41aPPROVAL",
        "\u24d0pproval",
    ],
    ids=ascii,
)
def test_an_event_that_people_would_read_as_a_vote_is_told_from_one(name: str) -> None:
    assert passes_for_vote(name)
    assert not is_vote(name)


@pytest.mark.parametrize("name", ["approval", "APPROVAL", "approvals", "approval2", "approve", "go", "Großes Los", ""])
def test_every_other_name_is_one_that_people_tell_from_a_vote(name: str) -> None:
    assert not passes_for_vote(name)


def test_a_custom_status_that_is_an_approval_is_read() -> None:
    assert asked_by(shows()) == ASKED


@pytest.mark.parametrize("status", [None, "", "compensating", "{}", "[1]"])
def test_any_other_custom_status_asks_nobody(status: str | None) -> None:
    view = shows().model_copy(update={"custom_status": status})

    assert asked_by(view) is None
    with pytest.raises(NoApprovalError):
        check_vote(view, "ada", NOW)


def test_somebody_who_is_asked_and_has_not_voted_may_vote() -> None:
    assert check_vote(shows(), "ada", NOW) == ASKED


def test_a_paused_instance_takes_no_vote_because_nobody_could_say_what_becomes_of_it() -> None:
    with pytest.raises(InstancePausedError, match="resume it first"):
        check_vote(shows(InstanceStatus.SUSPENDED), "ada", NOW)


def test_somebody_else_may_not() -> None:
    with pytest.raises(NotAnApproverError):
        check_vote(shows(), "eve", NOW)


def test_the_second_vote_of_somebody_is_refused() -> None:
    with pytest.raises(AlreadyVotedError):
        check_vote(shows(votes=(ADAS,)), "ada", NOW)


@pytest.mark.parametrize(
    ("view", "at"),
    [
        (shows(decision=REJECTED), NOW),
        (shows(), ASKED.until),
        (shows(InstanceStatus.COMPLETED), NOW),
        (shows(InstanceStatus.TERMINATED), NOW),
    ],
    ids=["decided", "at the deadline", "completed", "terminated"],
)
@pytest.mark.parametrize("by", ["ada", "eve"])
def test_a_vote_that_comes_too_late_is_refused_whoever_it_is_from(view: InstanceView, at: datetime, by: str) -> None:
    with pytest.raises(ApprovalClosedError):
        check_vote(view, by, at)


def test_a_vote_that_stands_counts() -> None:
    assert verdict(ASKED, ADAS, shows(votes=(ADAS,))) is True
    assert verdict(ASKED, ADAS, shows(InstanceStatus.COMPLETED, votes=(ADAS,), decision=REJECTED)) is True


def test_a_vote_that_does_not_show_yet_may_still_count() -> None:
    assert verdict(ASKED, ADAS, shows()) is False


@pytest.mark.parametrize("status", [InstanceStatus.RUNNING, InstanceStatus.COMPLETED])
def test_a_vote_after_the_decision_does_not_count(status: InstanceStatus) -> None:
    assert isinstance(verdict(ASKED, ADAS, shows(status, decision=REJECTED)), ApprovalClosedError)


def test_a_vote_that_an_instance_did_not_live_to_see_does_not_count() -> None:
    assert isinstance(verdict(ASKED, ADAS, shows(InstanceStatus.TERMINATED)), ApprovalClosedError)


def test_of_two_different_votes_of_one_person_at_once_the_second_does_not_count() -> None:
    other = Vote(by="ada", approve=False)

    assert isinstance(verdict(ASKED, ADAS, shows(votes=(other,))), AlreadyVotedError)


@pytest.mark.parametrize(
    "view",
    [
        shows(since=NOW + timedelta(minutes=1)),
        shows().model_copy(update={"custom_status": "confirming"}),
    ],
    ids=["asks another question", "shows something else"],
)
def test_where_nobody_can_tell_any_more_the_vote_is_taken_for_counted(view: InstanceView) -> None:
    assert verdict(ASKED, ADAS, view) is True
