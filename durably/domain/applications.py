"""Decisions about job applications."""

from datetime import datetime, timedelta
from typing import Final, Literal

from durably.contracts.applications import (
    ApplicationCheck,
    ApplicationRequest,
    ApplicationResult,
    Interview,
    ScreeningPolicy,
    Signal,
)
from durably.contracts.approvals import ApprovalRequest, Decision
from durably.contracts.tasks import Notification
from durably.domain.approvals import told
from durably.domain.scoring import score

Route = Literal["interview", "review", "reject"]

_INTERVIEW_HOUR: Final = 10
_SATURDAY: Final = 5


def check(application: ApplicationRequest, policy: ScreeningPolicy) -> ApplicationCheck:
    """Whether an application can be screened. White space counts as missing."""
    problem = None
    if not application.candidate.name.strip():
        problem = "Missing name"
    elif "@" not in application.candidate.email.strip()[1:-1]:
        problem = "Not an e-mail address"
    elif not application.position.strip():
        problem = "Missing position"
    return ApplicationCheck(accepted=problem is None, problem=problem, policy=policy)


def route(points: int, policy: ScreeningPolicy) -> Route:
    """Where an application goes by its score."""
    if points >= policy.interview_from:
        return "interview"
    return "review" if points >= policy.review_from else "reject"


def review_request(application: ApplicationRequest, points: int, policy: ScreeningPolicy) -> ApprovalRequest:
    """What reviewers are asked."""
    subject = (
        f"Application {application.application_id}: {application.candidate.name.strip()}"
        f" for {application.position.strip()}, score {points}"
    )
    return ApprovalRequest(**policy.review.model_dump(), subject=subject)


def interview(application: ApplicationRequest, policy: ScreeningPolicy, now: datetime) -> Interview:
    """The interview to be scheduled: so many working days from now, at ten in the morning UTC."""
    at = now.replace(hour=_INTERVIEW_HOUR, minute=0, second=0, microsecond=0)
    left = policy.interview_notice_days
    while left:
        at += timedelta(days=1)
        left -= at.weekday() < _SATURDAY
    return Interview(
        application_id=application.application_id,
        email=application.candidate.email.strip(),
        position=application.position.strip(),
        at=at,
    )


def invalid(application: ApplicationRequest, found: ApplicationCheck) -> ApplicationResult:
    """The result for an application that cannot be screened."""
    return ApplicationResult(
        application_id=application.application_id, status="invalid", message=found.problem or "Invalid"
    )


def invited(
    application: ApplicationRequest, signals: tuple[Signal, ...], booked: Interview, review: Decision | None
) -> ApplicationResult:
    """The result for a candidate who is interviewed; `review` is how people or policy decided, where they had to."""
    by_review = f"{told(review)}. " if review else ""
    return ApplicationResult(
        application_id=application.application_id,
        status="interview",
        score=score(signals),
        signals=signals,
        message=f"{by_review}Interview on {_when(booked.at)}",
    )


def rejected(
    application: ApplicationRequest, signals: tuple[Signal, ...], policy: ScreeningPolicy, review: Decision | None
) -> ApplicationResult:
    """The result for a candidate who is not interviewed."""
    points = score(signals)
    message = told(review) if review else f"Score {points} is below {policy.review_from}"
    return ApplicationResult(
        application_id=application.application_id, status="rejected", score=points, signals=signals, message=message
    )


def invitation(application: ApplicationRequest, booked: Interview) -> Notification:
    """What a candidate is told who is interviewed."""
    return _letter(application, f"You are invited to an interview for {booked.position} on {_when(booked.at)}.")


def refusal(application: ApplicationRequest) -> Notification:
    """What a candidate is told who is not; the reasons are not for the letter."""
    position = application.position.strip()
    return _letter(application, f"Thank you for applying for {position}. We will not go on with your application.")


def _letter(application: ApplicationRequest, text: str) -> Notification:
    return Notification(task_id=application.application_id, assignee=application.candidate.email.strip(), text=text)


def _when(at: datetime) -> str:
    return f"{at:%Y-%m-%d %H:%M} UTC"
