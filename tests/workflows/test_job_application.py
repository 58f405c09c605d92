"""The job application: each way that a score leads, and the policy that an instance keeps."""

from dataclasses import replace
from datetime import UTC, timedelta
from typing import Any, Final

import pytest

from durably.contracts.applications import ScreeningPolicy
from durably.contracts.ids import application_instance_id
from durably.contracts.instances import InstanceStatus
from durably.contracts.names import JOB_APPLICATION, SCREEN_KEYWORDS, SCREEN_SKILLS
from tests.harness.outside import POLICIES
from tests.workflows.conftest import Clocked

POLICY: Final = ScreeningPolicy()
HIGH: Final[dict[str, Any]] = {
    "resume_text": "Python and Kubernetes; distributed systems, on call. I like testing.",
    "skills": ["SQL", "go"],
    "years_experience": 3,
}
MEDIUM: Final[dict[str, Any]] = {"resume_text": "Python, Kubernetes.", "skills": ["sql"], "years_experience": 4}
LOW: Final[dict[str, Any]] = {"resume_text": "I paint.", "skills": ["oil"], "years_experience": 0.5}


async def applied(clocked: Clocked, application_id: str, fields: dict[str, Any]) -> str:
    application = {
        "application_id": application_id,
        "candidate": {"name": "Grace Hopper", "email": f"{application_id}@example.org"},
        "position": "Engineer",
    }
    instance_id = application_instance_id(application_id)
    return await clocked.runner.start(JOB_APPLICATION, application | fields, instance_id=instance_id)


async def output(clocked: Clocked, instance_id: str) -> dict[str, Any]:
    view = await clocked.ended(instance_id)
    assert view.status is InstanceStatus.COMPLETED, view.failure
    result: dict[str, Any] = view.output
    return result


async def called(clocked: Clocked, instance_id: str) -> list[str | None]:
    """The activities that were called, in order."""
    return [event.name for event in await clocked.runner.events(instance_id, "taskScheduled")]


async def test_a_high_score_schedules_an_interview_and_invites_the_candidate(clocked: Clocked) -> None:
    instance_id = await applied(clocked, "high", HIGH)
    result = await output(clocked, instance_id)
    booked = clocked.outside.interviews["high"]
    when = f"{booked.at:%Y-%m-%d %H:%M} UTC"
    assert (result["status"], result["score"], result["message"]) == ("interview", 72, f"Interview on {when}")
    assert clocked.outside.told("high") == [
        ("high@example.org", f"You are invited to an interview for Engineer on {when}.")
    ]
    assert await called(clocked, instance_id) == [
        "validate_application",
        "screen_keywords",
        "screen_skills",
        "schedule_interview",
        "send_notification",
    ]


async def test_the_score_is_explained_signal_by_signal(clocked: Clocked) -> None:
    result = await output(clocked, await applied(clocked, "explained", HIGH))
    assert [(signal["kind"], signal["name"], signal["points"]) for signal in result["signals"]] == [
        ("keyword", "python", 8),
        ("keyword", "kubernetes", 8),
        ("keyword", "distributed systems", 8),
        ("keyword", "on call", 8),
        ("keyword", "testing", 8),
        ("skill", "sql", 10),
        ("skill", "go", 10),
        ("experience", "3 full years", 12),
    ]
    assert result["score"] == sum(signal["points"] for signal in result["signals"])


async def test_the_interview_is_counted_from_the_engines_time(clocked: Clocked) -> None:
    view = await clocked.ended(await applied(clocked, "when", HIGH))
    ahead = clocked.outside.interviews["when"].at - view.created_at.astimezone(UTC)
    assert timedelta(days=2) < ahead < timedelta(days=6)


async def test_both_screenings_are_called_before_either_has_answered(clocked: Clocked) -> None:
    instance_id = await applied(clocked, "parallel", LOW)
    await clocked.ended(instance_id)
    events = await clocked.runner.events(instance_id)
    kinds = [(event.type, event.name) for event in events if event.type in {"taskScheduled", "taskCompleted"}]
    first = kinds.index(("taskScheduled", SCREEN_KEYWORDS))
    assert kinds[first + 1] == ("taskScheduled", SCREEN_SKILLS)


async def test_a_low_score_is_rejected_and_the_candidate_told_without_reasons(clocked: Clocked) -> None:
    instance_id = await applied(clocked, "low", LOW)
    result = await output(clocked, instance_id)
    assert (result["status"], result["score"], result["signals"]) == ("rejected", 0, [])
    assert result["message"] == "Score 0 is below 40"
    assert clocked.outside.told("low") == [
        ("low@example.org", "Thank you for applying for Engineer. We will not go on with your application.")
    ]
    assert "low" not in clocked.outside.interviews


async def test_an_application_without_a_name_is_invalid_and_nobody_is_told(clocked: Clocked) -> None:
    nameless = HIGH | {"candidate": {"name": " ", "email": "who@example.org"}}
    instance_id = await applied(clocked, "invalid", nameless)
    assert await output(clocked, instance_id) == {
        "application_id": "invalid",
        "status": "invalid",
        "score": 0,
        "signals": [],
        "message": "Missing name",
    }
    assert await called(clocked, instance_id) == ["validate_application"]
    assert clocked.outside.told("invalid") == []


async def test_a_score_between_the_two_waits_for_a_person(clocked: Clocked) -> None:
    instance_id = await applied(clocked, "medium", MEDIUM)
    pending = await clocked.pending(instance_id)
    assert pending.subject == "Application medium: Grace Hopper for Engineer, score 42"
    assert (pending.approvers, pending.required) == (("hiring-team",), 1)
    assert (pending.until - pending.since).total_seconds() == POLICY.review.deadline_s


@pytest.mark.parametrize(
    ("application_id", "approve", "status", "said"),
    [
        ("yes", True, "interview", "Approved by hiring-team: good. Interview on "),
        ("no", False, "rejected", "Rejected by hiring-team: good"),
    ],
)
async def test_a_reviewer_decides(
    clocked: Clocked, application_id: str, *, approve: bool, status: str, said: str
) -> None:
    instance_id = await applied(clocked, application_id, MEDIUM)
    await clocked.pending(instance_id, decision=None)
    await clocked.vote(instance_id, "hiring-team", approve=approve, reason="good")
    result = await output(clocked, instance_id)
    assert (result["status"], result["score"]) == (status, 42)
    assert result["message"].startswith(said)
    assert len(clocked.outside.told(application_id)) == 1
    assert (application_id in clocked.outside.interviews) == approve


async def test_a_review_that_nobody_does_is_reminded_escalated_and_decided_by_policy(clocked: Clocked) -> None:
    instance_id = await applied(clocked, "forgotten", MEDIUM)
    await clocked.pending(instance_id, decision=None)
    clocked.advance(hours=24)
    await clocked.pending(instance_id, reminders=1, escalated=False)
    clocked.advance(hours=24)
    await clocked.pending(instance_id, reminders=2, escalated=True)
    clocked.advance(hours=24)
    result = await output(clocked, instance_id)
    assert result["status"] == "rejected"
    assert result["message"] == "Rejected by policy: 0 of 1 approvals by the deadline"
    asked = [who for who, _ in clocked.outside.told(instance_id)]
    assert asked == ["hiring-team", "hiring-team", "hiring-team", "hiring-lead"]


async def test_whoever_it_was_escalated_to_can_still_save_it(clocked: Clocked) -> None:
    instance_id = await applied(clocked, "saved", MEDIUM)
    await clocked.pending(instance_id, decision=None)
    clocked.advance(hours=24)
    await clocked.pending(instance_id, reminders=1)
    clocked.advance(hours=24)
    await clocked.pending(instance_id, escalated=True)
    await clocked.vote(instance_id, "hiring-lead")
    assert (await output(clocked, instance_id))["status"] == "interview"


async def test_an_instance_keeps_the_policy_that_it_began_with(clocked: Clocked) -> None:
    """A worker with another policy replays it, and decides by the recorded one to the end."""
    instance_id = await applied(clocked, "before", MEDIUM)
    await clocked.pending(instance_id, decision=None)
    lax = POLICY.review.model_copy(update={"on_deadline": "approve", "approvers": ("anybody",)})
    screening = POLICY.model_copy(update={"interview_from": 42, "review": lax})
    await clocked.deploy(replace(POLICIES, screening=screening))
    after = await output(clocked, await applied(clocked, "after", MEDIUM))
    assert after["status"] == "interview"
    await clocked.vote(instance_id, "anybody")
    await clocked.pending(instance_id, refused=1)
    clocked.advance(hours=72)
    result = await output(clocked, instance_id)
    assert (result["status"], result["message"].partition(":")[0]) == ("rejected", "Rejected by policy")
    await clocked.deploy()
