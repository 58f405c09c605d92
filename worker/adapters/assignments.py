from durably.authoring.first_write import FirstWrite
from durably.authoring.ports import StateStore
from durably.contracts.tasks import Assignment


class DaprAssignmentStore:
    """Assignments in a Dapr state store, one key a task.

    Args:
        records: The store.
    """

    def __init__(self, records: StateStore) -> None:
        self._assignments = FirstWrite(records, prefix="assignment", model=Assignment)

    async def write_first(self, assignment: Assignment) -> Assignment:
        """See `worker.activities.ports.AssignmentStore`."""
        return await self._assignments.write(assignment.task_id, assignment)
