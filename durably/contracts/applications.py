"""Job applications: what is sent in, how it is screened, what came of it."""

from datetime import datetime
from typing import Annotated, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from durably.contracts.approvals import ApprovalTerms
from durably.contracts.ids import ApplicationId
from durably.contracts.model import Frozen

MAX_RESUME_BYTES: Final = 64 * 1024
"""It stands in the history three times, which has to stay small."""
MAX_SCORE: Final = 100

_DAY_S: Final = 86_400


def _small_enough(text: str) -> str:
    if len(text.encode()) > MAX_RESUME_BYTES:
        raise ValueError(f"is longer than {MAX_RESUME_BYTES} bytes of UTF-8")
    return text


ResumeText = Annotated[str, Field(max_length=MAX_RESUME_BYTES), AfterValidator(_small_enough)]
Skills = Annotated[tuple[Annotated[str, StringConstraints(max_length=100)], ...], Field(max_length=100)]
Years = Annotated[float, Field(ge=0, le=80, allow_inf_nan=False, strict=True)]
Points = Annotated[int, Field(ge=0, le=MAX_SCORE)]
Term = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=100)]
Vocabulary = Annotated[dict[Term, Points], Field(max_length=200)]


class Candidate(Frozen):
    """Who applies."""

    name: str = Field(max_length=200)
    email: str = Field(max_length=254, description="Where the candidate is told.")


class ApplicationRequest(Frozen):
    """An application for a position.

    A blank name or position, or an address without `@`, is not malformed: the workflow looks at it and ends `invalid`.
    """

    application_id: ApplicationId = Field(description="Identifies the application; sending it twice changes nothing.")
    candidate: Candidate
    position: str = Field(max_length=100)
    resume_text: ResumeText = Field(description="Plain text, at most 64 KiB of UTF-8.")
    skills: Skills = Field(default=(), description="What the candidate says to know.")
    years_experience: Years = 0


class ScreeningPolicy(Frozen):
    """How applications are judged. An instance keeps the policy that it began with."""

    interview_from: Points = Field(default=70, description="From this score on an interview is scheduled.")
    review_from: Points = Field(default=40, description="From this score on a person decides; below it, rejected.")
    keywords: Vocabulary = Field(
        default={"python": 8, "kubernetes": 8, "distributed systems": 8, "on call": 8, "testing": 8},
        description="Points for each term that the resume has as whole words, in any case.",
    )
    skills: Vocabulary = Field(
        default={"python": 10, "kubernetes": 10, "sql": 10, "go": 10},
        description="Points for each skill that is listed, in any case.",
    )
    points_per_year: Points = Field(default=4, description="Points for each full year of experience.")
    max_experience_points: Points = Field(default=20, description="More years give no more points than this.")
    interview_notice_days: int = Field(default=3, ge=1, le=60, description="Working days until an interview.")
    review: ApprovalTerms = Field(
        default=ApprovalTerms(
            approvers=("hiring-team",),
            deadline_s=3 * _DAY_S,
            remind_after_s=_DAY_S,
            escalate_to=("hiring-lead",),
            escalate_after_s=2 * _DAY_S,
            on_deadline="reject",
        ),
        description="Who reviews, and what happens when nobody does.",
    )

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.review_from > self.interview_from:
            raise ValueError("review_from is above interview_from")
        return self


class ApplicationCheck(Frozen):
    """What `validate_application` found, and the policy in force, which the instance goes by from then on."""

    accepted: bool
    problem: str | None = None
    policy: ScreeningPolicy


class KeywordScreening(Frozen):
    """What `screen_keywords` looks at."""

    resume_text: str
    keywords: Vocabulary


class SkillScreening(Frozen):
    """What `screen_skills` looks at."""

    skills: Skills
    years_experience: Years
    policy: ScreeningPolicy


class Signal(Frozen):
    """One thing that was found in an application, and the points that it gave."""

    kind: Literal["keyword", "skill", "experience"]
    name: str
    points: Points


class Screening(Frozen):
    """What a screening found."""

    signals: tuple[Signal, ...] = ()


class Interview(Frozen):
    """The interview that stands for an application: the first one that was written."""

    application_id: str
    email: str
    position: str
    at: datetime
    task_execution_id: str = Field(default="", description="The activity execution that wrote it.")


class ApplicationResult(Frozen):
    """How an application ended; `score` and `signals` say why."""

    application_id: str
    status: Literal["interview", "rejected", "invalid"]
    score: int = Field(default=0, ge=0, le=MAX_SCORE)
    signals: tuple[Signal, ...] = ()
    message: str
