from durably.authoring import Environment, Package
from durably.contracts.applications import ScreeningPolicy
from worker.activities import schedule_interview, screen_keywords, screen_skills, validate_application
from worker.activities.ports import InterviewCalendar
from worker.adapters.interviews import DaprInterviewCalendar
from worker.packages.settings import ApplicationSettings
from worker.workflows.job_application import JOB_APPLICATION_V1


def declare(environment: Environment) -> Package:
    """The package `applications`."""
    calendar = DaprInterviewCalendar(environment.state)
    return package(calendar=calendar, policy=environment.settings(ApplicationSettings).screening)


def package(*, calendar: InterviewCalendar, policy: ScreeningPolicy) -> Package:
    """The screening of job applications.

    Args:
        calendar: Where interviews are kept.
        policy: How applications are judged.
    """
    return Package(
        workflows=(JOB_APPLICATION_V1,),
        activities=(
            validate_application.definition(policy),
            screen_keywords.definition(),
            screen_skills.definition(),
            schedule_interview.definition(calendar),
        ),
    )
