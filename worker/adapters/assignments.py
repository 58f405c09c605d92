import grpc
from dapr.proto import api_v1, common_v1

from durably.contracts.tasks import Assignment
from worker.activities.ports import StateStoreError
from worker.adapters.sidecar import Sidecar

_FIRST_WRITE = common_v1.StateOptions(concurrency=common_v1.StateOptions.CONCURRENCY_FIRST_WRITE)


class DaprAssignmentStore:
    """Assignments in a Dapr state store, one key a task.

    Args:
        sidecar: The connection.
        store: The name of the state store component.
    """

    def __init__(self, sidecar: Sidecar, *, store: str) -> None:
        self._sidecar = sidecar
        self._store = store

    async def write_first(self, assignment: Assignment) -> Assignment:
        """See `worker.activities.ports.AssignmentStore`.

        Reads first, since a retry after a crash finds what it wrote. Stores tell a lost race in different words (Redis
        by the text of a script's error), so after a save that failed the store is asked what stands.

        Raises:
            StateStoreError: The store could not be written or read.
        """
        if (standing := await self._read(assignment.task_id)) is not None:
            return standing
        item = common_v1.StateItem(
            key=_key(assignment.task_id), value=assignment.model_dump_json().encode(), options=_FIRST_WRITE
        )
        try:
            await self._sidecar.call("SaveState", api_v1.SaveStateRequest(store_name=self._store, states=[item]))
        except grpc.aio.AioRpcError as error:
            if (standing := await self._read(assignment.task_id)) is None:
                raise StateStoreError(f"Saving to {self._store} failed: {error.details()}") from error
            return standing
        return assignment

    async def _read(self, task_id: str) -> Assignment | None:
        request = api_v1.GetStateRequest(
            store_name=self._store,
            key=_key(task_id),
            consistency=common_v1.StateOptions.CONSISTENCY_STRONG,
        )
        try:
            answer = await self._sidecar.call("GetState", request)
        except grpc.aio.AioRpcError as error:
            raise StateStoreError(f"Reading from {self._store} failed: {error.details()}") from error
        return Assignment.model_validate_json(answer.data) if answer.data else None


def _key(task_id: str) -> str:
    return f"assignment:{task_id}"
