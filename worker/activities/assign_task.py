from durably.contracts.names import ASSIGN_TASK
from durably.contracts.tasks import Assignment, TaskRequest
from durably.engine.activity import ActivityContext
from durably.engine.registry import ActivityDefinition
from worker.activities.ports import AssignmentStore


def definition(assignments: AssignmentStore) -> ActivityDefinition:
    """The activity, ready to be registered."""

    async def assign_task(ctx: ActivityContext, task: TaskRequest) -> Assignment:
        """Write the assignment. Idempotent because the first write for a task wins, whichever attempt made it."""
        wanted = Assignment(
            task_id=task.task_id, assignee=(task.assignee or "").strip(), task_execution_id=ctx.task_execution_id
        )
        return await assignments.write_first(wanted)

    return ActivityDefinition(name=ASSIGN_TASK, run=assign_task, input_model=TaskRequest)
