from collections.abc import Sequence
from typing import Final, NamedTuple

import grpc
from dapr.proto import api_v1, common_v1

from durably.authoring.ports import Record, StateStoreError
from worker.adapters.documents import Documents
from worker.adapters.sidecar import Sidecar

_FIRST_WRITE: Final = common_v1.StateOptions(concurrency=common_v1.StateOptions.CONCURRENCY_FIRST_WRITE)
_LONGEST_S: Final = 2_000_000_000
"""Some stores keep the time that is left in 32 bits."""


class Change(NamedTuple):
    """What is to stand under a key, and what was read there before."""

    key: str
    before: Record
    value: bytes


class Versions(Documents):
    """Documents that several processes write, many in one call, each only over the version that was read.

    Args:
        sidecar: The connection.
        store: The name of the state store component.
        keep_s: Seconds after its last change for which a document is kept, where the store can forget; zero for ever.
    """

    def __init__(self, sidecar: Sidecar, *, store: str, keep_s: float = 0) -> None:
        super().__init__(sidecar, store=store)
        self._metadata = {"ttlInSeconds": str(int(min(keep_s, _LONGEST_S)) or 1)} if keep_s else {}

    async def versions(self, keys: Sequence[str]) -> dict[str, Record]:
        """What stands under each of these keys; as many as one message can carry.

        Raises:
            StateStoreError: The store could not be read.
        """
        found = {item.key: Record(item.data, item.etag) for item in await self._read_at_once(keys)}
        return dict.fromkeys(keys, Record(b"", "")) | found

    async def replace(self, changes: Sequence[Change]) -> bool:
        """Write documents; False where others were quicker, and some of them, whichever, are not written.

        Raises:
            StateStoreError: The store could not be written.
        """
        items = [self._item(change) for change in changes]
        try:
            await self._sidecar.call("SaveState", api_v1.SaveStateRequest(store_name=self._store, states=items))
        except grpc.aio.AioRpcError as error:  # stores tell a lost race in different words: see `Records.replace`
            now = await self.versions([change.key for change in changes])
            if all(now[change.key].etag == change.before.etag for change in changes):
                raise StateStoreError(f"Saving to {self._store} failed: {error.details()}") from error
            return False
        return True

    def _item(self, change: Change) -> common_v1.StateItem:
        etag = common_v1.Etag(value=change.before.etag) if change.before.etag else None
        return common_v1.StateItem(
            key=change.key, value=change.value, etag=etag, options=_FIRST_WRITE, metadata=self._metadata
        )
