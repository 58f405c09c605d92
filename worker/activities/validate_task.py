from durably.contracts.names import VALIDATE_TASK
from durably.contracts.tasks import TaskRequest, Validation
from durably.domain.tasks import validate
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition


async def validate_task(_ctx: ActivityContext, task: TaskRequest) -> Validation:
    """Decide whether a task can be processed. Idempotent because it has no effect."""
    return validate(task)


def definition() -> ActivityDefinition:
    """The activity, ready to be registered."""
    return ActivityDefinition(name=VALIDATE_TASK, run=validate_task, input_model=TaskRequest)
