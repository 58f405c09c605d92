from durably.contracts.names import VALIDATE_TASK
from durably.contracts.tasks import TaskRequest, TaskTerms, Validation
from durably.domain.tasks import validate
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition


def definition(terms: TaskTerms) -> ActivityDefinition:
    """The activity, ready to be registered.

    Args:
        terms: Which tasks need an approval now; the result carries those of one that does into the history.
    """

    async def validate_task(_ctx: ActivityContext, task: TaskRequest) -> Validation:
        """Decide whether a task can be processed, and what approval it needs. Idempotent because it has no effect."""
        return validate(task, terms)

    return ActivityDefinition(name=VALIDATE_TASK, run=validate_task, input_model=TaskRequest)
