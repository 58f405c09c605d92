from durably.contracts.applications import ApplicationCheck, ApplicationRequest, ScreeningPolicy
from durably.contracts.names import VALIDATE_APPLICATION
from durably.domain.applications import check
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition


def definition(policy: ScreeningPolicy) -> ActivityDefinition:
    """The activity, ready to be registered.

    Args:
        policy: What is in force now; the result carries it into the history, and so freezes it for the instance.
    """

    async def validate_application(_ctx: ActivityContext, application: ApplicationRequest) -> ApplicationCheck:
        """Decide whether an application can be screened. Idempotent because it has no effect."""
        return check(application, policy)

    return ActivityDefinition(name=VALIDATE_APPLICATION, run=validate_application, input_model=ApplicationRequest)
