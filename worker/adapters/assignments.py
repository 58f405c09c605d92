from durably.contracts.tasks import Assignment
from worker.adapters.first_write import FirstWrite
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar


class DaprAssignmentStore:
    """Assignments in a Dapr state store, one key a task.

    Args:
        sidecar: The connection.
        store: The name of the state store component.
    """

    def __init__(self, sidecar: Sidecar, *, store: str) -> None:
        self._assignments = FirstWrite(Records(sidecar, store=store), prefix="assignment", model=Assignment)

    async def write_first(self, assignment: Assignment) -> Assignment:
        """See `worker.activities.ports.AssignmentStore`."""
        return await self._assignments.write(assignment.task_id, assignment)
