"""Which applications are screened, where a score leads, and what is said about it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from durably.contracts.applications import MAX_RESUME_BYTES, ApplicationRequest, ScreeningPolicy, Signal
from durably.contracts.approvals import Decision
from durably.domain.applications import (
    check,
    interview,
    invalid,
    invitation,
    invited,
    refusal,
    rejected,
    review_request,
    route,
)

POLICY = ScreeningPolicy()
SIGNALS = (Signal(kind="skill", name="sql", points=45),)
REVIEWED = Decision(outcome="rejected", by=("ada",), reason="not yet", decided_by="people")


def application(**fields: Any) -> ApplicationRequest:
    candidate = {"name": " Grace Hopper ", "email": " grace@example.org "} | fields.pop("candidate", {})
    base = {"application_id": "7", "candidate": candidate, "position": " Engineer ", "resume_text": "Compilers."}
    return ApplicationRequest.model_validate(base | fields)


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({}, None),
        ({"candidate": {"name": " \t"}}, "Missing name"),
        ({"candidate": {"email": ""}}, "Not an e-mail address"),
        ({"candidate": {"email": "grace"}}, "Not an e-mail address"),
        ({"candidate": {"email": "@"}}, "Not an e-mail address"),
        ({"candidate": {"email": "@example.org"}}, "Not an e-mail address"),
        ({"candidate": {"email": "grace@"}}, "Not an e-mail address"),
        ({"position": " "}, "Missing position"),
    ],
)
def test_an_application_can_be_screened_when_it_says_who_where_and_for_what(
    fields: dict[str, Any], problem: str | None
) -> None:
    found = check(application(**fields), POLICY)
    assert (found.accepted, found.problem, found.policy) == (problem is None, problem, POLICY)


def test_an_invalid_application_has_no_score() -> None:
    broken = application(position="")
    assert invalid(broken, check(broken, POLICY)).model_dump() == {
        "application_id": "7",
        "status": "invalid",
        "score": 0,
        "signals": (),
        "message": "Missing position",
    }


@pytest.mark.parametrize(
    ("points", "way"),
    [(0, "reject"), (39, "reject"), (40, "review"), (69, "review"), (70, "interview"), (100, "interview")],
)
def test_the_score_says_where_an_application_goes(points: int, way: str) -> None:
    assert route(points, POLICY) == way


@given(
    lower=st.integers(0, 100), higher=st.integers(0, 100), limits=st.tuples(st.integers(0, 100), st.integers(0, 100))
)
def test_a_higher_score_never_leads_to_a_worse_way(lower: int, higher: int, limits: tuple[int, int]) -> None:
    policy = ScreeningPolicy(review_from=min(limits), interview_from=max(limits))
    ways = ["reject", "review", "interview"]
    assert ways.index(route(max(lower, higher), policy)) >= ways.index(route(min(lower, higher), policy))


def test_reviewers_are_asked_under_the_terms_of_the_policy() -> None:
    request = review_request(application(), 45, POLICY)
    assert request.subject == "Application 7: Grace Hopper for Engineer, score 45"
    assert request.model_dump(exclude={"subject"}) == POLICY.review.model_dump()


def test_the_longest_names_still_fit_into_the_question() -> None:
    longest = application(application_id="x" * 100, candidate={"name": "n" * 200}, position="p" * 100)
    assert review_request(longest, 100, POLICY).subject.startswith("Application xxx")


@pytest.mark.parametrize(
    ("now", "days", "at"),
    [
        ("2026-03-02T09:30", 3, "2026-03-05T10:00"),
        ("2026-03-05T23:59", 1, "2026-03-06T10:00"),
        ("2026-03-05T00:00", 3, "2026-03-10T10:00"),
        ("2026-03-06T12:00", 1, "2026-03-09T10:00"),
        ("2026-03-07T12:00", 1, "2026-03-09T10:00"),
    ],
    ids=["within a week", "tomorrow", "over a weekend", "from a Friday", "from a Saturday"],
)
def test_an_interview_is_so_many_working_days_ahead(now: str, days: int, at: str) -> None:
    policy = ScreeningPolicy(interview_notice_days=days)
    wanted = interview(application(), policy, datetime.fromisoformat(now).replace(tzinfo=UTC))
    assert wanted.at == datetime.fromisoformat(at).replace(tzinfo=UTC)
    assert (wanted.email, wanted.position) == ("grace@example.org", "Engineer")


def test_a_rejection_says_by_what() -> None:
    low = rejected(application(), (), POLICY, None)
    assert (low.status, low.score, low.message) == ("rejected", 0, "Score 0 is below 40")
    reviewed = rejected(application(), SIGNALS, POLICY, REVIEWED)
    assert (reviewed.score, reviewed.signals, reviewed.message) == (45, SIGNALS, "Rejected by ada: not yet")


def test_an_invitation_names_the_interview_that_stands_and_who_decided() -> None:
    booked = interview(application(), POLICY, datetime(2026, 3, 2, tzinfo=UTC))
    assert invited(application(), SIGNALS, booked, None).message == "Interview on 2026-03-05 10:00 UTC"
    by_policy = Decision(outcome="approved", by=(), reason="", decided_by="policy")
    assert invited(application(), SIGNALS, booked, by_policy).message == (
        "Approved by policy. Interview on 2026-03-05 10:00 UTC"
    )
    letter = invitation(application(), booked)
    assert (letter.task_id, letter.assignee) == ("7", "grace@example.org")
    assert letter.text == "You are invited to an interview for Engineer on 2026-03-05 10:00 UTC."


def test_the_letter_of_a_rejection_keeps_the_reasons_to_itself() -> None:
    letter = refusal(application())
    assert letter.assignee == "grace@example.org"
    assert letter.text == "Thank you for applying for Engineer. We will not go on with your application."


@pytest.mark.parametrize("text", ["x" * MAX_RESUME_BYTES, "ж" * (MAX_RESUME_BYTES // 2)], ids=["one byte", "two bytes"])
def test_a_resume_may_have_64_kib_and_not_one_byte_more(text: str) -> None:
    assert application(resume_text=text).resume_text == text
    with pytest.raises(ValidationError, match="resume_text"):
        application(resume_text=text + "x")


@pytest.mark.parametrize(
    "fields",
    [
        {"application_id": "a/b"},
        {"years_experience": -1},
        {"years_experience": float("nan")},
        {"skills": ["x"] * 101},
        {"skills": "python"},
        {"more": 1},
        {"candidate": {"phone": "1"}},
    ],
    ids=str,
)
def test_a_malformed_application_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match=next(iter(fields))):
        application(**fields)


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"review_from": 80}, "above interview_from"),
        ({"interview_from": 101}, "interview_from"),
        ({"keywords": {"go": -1}}, "keywords"),
        ({"keywords": {" ": 1}}, "keywords"),
        ({"threshold": 5}, "threshold"),
    ],
)
def test_a_policy_that_makes_no_sense_is_refused(terms: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError, match=said):
        ScreeningPolicy.model_validate(terms)
