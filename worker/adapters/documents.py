from collections.abc import Iterable, Sequence
from typing import Any, Final

import grpc
from dapr.proto import api_v1, common_v1

from durably.authoring.ports import StateStoreError
from worker.adapters.sidecar import Sidecar

_AT_ONCE: Final = 12
"""Keys in one call. A sidecar sends no message above 4 MiB, and a document has at most a few hundred KiB."""

_STRONG = common_v1.StateOptions.CONSISTENCY_STRONG


class Documents:
    """Documents in a Dapr state store that one process alone writes, read many at once by all.

    Args:
        sidecar: The connection.
        store: The name of the state store component.
    """

    def __init__(self, sidecar: Sidecar, *, store: str) -> None:
        self._sidecar = sidecar
        self._store = store

    async def read(self, keys: Sequence[str]) -> dict[str, bytes]:
        """What stands under these keys; those with nothing are left out.

        Raises:
            StateStoreError: The store could not be read.
        """
        found: dict[str, bytes] = {}
        for begin in range(0, len(keys), _AT_ONCE):
            found |= {item.key: item.data for item in await self._read_at_once(keys[begin : begin + _AT_ONCE])}
        return found

    async def _read_at_once(self, keys: Sequence[str]) -> list[Any]:
        """What stands under as many keys as one message can carry, as the sidecar tells it."""
        request = api_v1.GetBulkStateRequest(store_name=self._store, keys=keys, parallelism=len(keys))
        items = (await self._call("GetBulkState", request)).items
        for item in items:
            if item.error:
                raise StateStoreError(f"Reading {item.key} from {self._store} failed: {item.error}")
        return [item for item in items if item.data]

    async def write(self, key: str, value: bytes, *, keep_s: int = 0) -> None:
        """Write a document, over whatever is there.

        Args:
            key: Where.
            value: What.
            keep_s: Seconds for which it is kept, where the store can forget; zero for ever.

        Raises:
            StateStoreError: The store could not be written, or did not say that it was.
        """
        options, forget = common_v1.StateOptions(consistency=_STRONG), {"ttlInSeconds": str(keep_s)} if keep_s else {}
        item = common_v1.StateItem(key=key, value=value, options=options, metadata=forget)
        await self._call("SaveState", api_v1.SaveStateRequest(store_name=self._store, states=[item]))

    async def delete(self, keys: Iterable[str]) -> None:
        """Delete documents; those that are not there are none.

        Raises:
            StateStoreError: The store could not be written.
        """
        items = [common_v1.StateItem(key=key) for key in keys]
        if items:
            await self._call("DeleteBulkState", api_v1.DeleteBulkStateRequest(store_name=self._store, states=items))

    async def _call(self, method: str, request: Any) -> Any:
        try:
            return await self._sidecar.call(method, request)
        except grpc.aio.AioRpcError as error:
            raise StateStoreError(f"{method} on {self._store} failed: {error.details()}") from error
