from durably.contracts.applications import Interview
from durably.contracts.names import SCHEDULE_INTERVIEW
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition
from worker.activities.ports import InterviewCalendar


def definition(calendar: InterviewCalendar) -> ActivityDefinition:
    """The activity, ready to be registered."""

    async def schedule_interview(ctx: ActivityContext, wanted: Interview) -> Interview:
        """Book the interview. Idempotent because the first one for an application stands, whichever attempt made it."""
        return await calendar.book(wanted.model_copy(update={"task_execution_id": ctx.task_execution_id}))

    return ActivityDefinition(name=SCHEDULE_INTERVIEW, run=schedule_interview, input_model=Interview)
