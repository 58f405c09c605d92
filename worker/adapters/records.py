import grpc
from dapr.proto import api_v1, common_v1

from durably.authoring.ports import Record, StateStoreError
from worker.adapters.sidecar import Sidecar

_FIRST_WRITE = common_v1.StateOptions(concurrency=common_v1.StateOptions.CONCURRENCY_FIRST_WRITE)
_STRONG = common_v1.StateOptions.CONSISTENCY_STRONG


class Records:
    """Records in a Dapr state store that are only ever written over the version that was read.

    Args:
        sidecar: The connection.
        store: The name of the state store component.
    """

    def __init__(self, sidecar: Sidecar, *, store: str) -> None:
        self._sidecar = sidecar
        self._store = store

    async def read(self, key: str) -> Record:
        """See `durably.authoring.ports.StateStore`."""
        request = api_v1.GetStateRequest(store_name=self._store, key=key, consistency=_STRONG)
        try:
            answer = await self._sidecar.call("GetState", request)
        except grpc.aio.AioRpcError as error:
            raise StateStoreError(f"Reading from {self._store} failed: {error.details()}") from error
        return Record(answer.data, answer.etag)

    async def replace(self, key: str, before: Record, value: bytes) -> bool:
        """See `durably.authoring.ports.StateStore`.

        Stores tell a lost race in different words (Redis by the text of a script's error), so after a save that failed
        the store is asked whether there was a race at all.
        """
        etag = common_v1.Etag(value=before.etag) if before.etag else None
        item = common_v1.StateItem(key=key, value=value, etag=etag, options=_FIRST_WRITE)
        try:
            await self._sidecar.call("SaveState", api_v1.SaveStateRequest(store_name=self._store, states=[item]))
        except grpc.aio.AioRpcError as error:
            if (await self.read(key)).etag == before.etag:
                raise StateStoreError(f"Saving to {self._store} failed: {error.details()}") from error
            return False
        return True
