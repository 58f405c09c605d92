from collections.abc import Generator
from datetime import UTC
from typing import Any

from durably.authoring.approvals import approval
from durably.contracts.applications import (
    ApplicationCheck,
    ApplicationRequest,
    ApplicationResult,
    Interview,
    KeywordScreening,
    Screening,
    ScreeningPolicy,
    Signal,
    SkillScreening,
)
from durably.contracts.approvals import Decision
from durably.contracts.names import (
    JOB_APPLICATION,
    SCHEDULE_INTERVIEW,
    SCREEN_KEYWORDS,
    SCREEN_SKILLS,
    SEND_NOTIFICATION,
    VALIDATE_APPLICATION,
)
from durably.contracts.tasks import Notification
from durably.domain import applications
from durably.domain.policies import LOCAL, OUTBOUND
from durably.domain.scoring import score
from durably.engine.registry import WorkflowDefinition
from durably.engine.workflow import WorkflowContext, retry, when_all


def job_application(ctx: WorkflowContext, application: ApplicationRequest) -> Generator[Any, Any, ApplicationResult]:
    """Screen an application, score it, and invite the candidate or not.

    An application that cannot be screened ends `invalid`, and nobody is told. Otherwise its resume and its skills are
    screened side by side, and what was found is scored from 0 to 100. A high score schedules an interview, a low one is
    rejected, and between the two people decide: they are reminded, others are asked too after a while, and at the
    deadline policy decides. The candidate is then told. The policy, with thresholds, points and reviewers, is the one
    that `validate_application` recorded at the beginning, whatever the workers are told later.

    There is nothing to compensate: the first interview that was booked stands, and is what the candidate is told of. A
    receiver that stays away fails the workflow after the last attempt; a rerun from `send_notification` goes on there.
    """
    found = ApplicationCheck.model_validate(
        (yield ctx.call_activity(VALIDATE_APPLICATION, input=application, retry_policy=retry(LOCAL)))
    )
    if not found.accepted:
        return applications.invalid(application, found)
    signals = yield from _screened(ctx, application, found.policy)
    way, review = applications.route(score(signals), found.policy), None
    if way == "review":
        request = applications.review_request(application, score(signals), found.policy)
        review = yield from approval(ctx, request)
    if way == "interview" or (review is not None and review.outcome == "approved"):
        return (yield from _invite(ctx, application, found.policy, signals, review))
    yield _tell(ctx, applications.refusal(application))
    return applications.rejected(application, signals, found.policy, review)


def _screened(
    ctx: WorkflowContext, application: ApplicationRequest, policy: ScreeningPolicy
) -> Generator[Any, Any, tuple[Signal, ...]]:
    text = KeywordScreening(resume_text=application.resume_text, keywords=policy.keywords)
    listed = SkillScreening(skills=application.skills, years_experience=application.years_experience, policy=policy)
    screenings = yield when_all(
        [
            ctx.call_activity(SCREEN_KEYWORDS, input=text, retry_policy=retry(LOCAL)),
            ctx.call_activity(SCREEN_SKILLS, input=listed, retry_policy=retry(LOCAL)),
        ]
    )
    return tuple(signal for one in screenings for signal in Screening.model_validate(one).signals)


def _invite(
    ctx: WorkflowContext,
    application: ApplicationRequest,
    policy: ScreeningPolicy,
    signals: tuple[Signal, ...],
    review: Decision | None,
) -> Generator[Any, Any, ApplicationResult]:
    wanted = applications.interview(application, policy, ctx.current_utc_datetime.replace(tzinfo=UTC))
    booked = Interview.model_validate(
        (yield ctx.call_activity(SCHEDULE_INTERVIEW, input=wanted, retry_policy=retry(LOCAL)))
    )
    yield _tell(ctx, applications.invitation(application, booked))
    return applications.invited(application, signals, booked, review)


def _tell(ctx: WorkflowContext, letter: Notification) -> Any:
    return ctx.call_activity(SEND_NOTIFICATION, input=letter, retry_policy=retry(OUTBOUND))


JOB_APPLICATION_V1 = WorkflowDefinition(
    name=JOB_APPLICATION,
    version="v1",
    run=job_application,
    input_model=ApplicationRequest,
    result_model=ApplicationResult,
)
