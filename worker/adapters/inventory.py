import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial

from durably.authoring.ports import StateStore, StateStoreError
from durably.contracts.inventory import Hold, Item
from durably.contracts.orders import Handover
from durably.domain.inventory import held, leaving, released, shortage, sold, stands


class DaprInventory:
    """The stock in a Dapr state store, one record an item, changed only by whoever has read its latest version.

    Args:
        records: The store.
        patience_s: Seconds after which an item that others change all the time is given up. It also bounds how late
            an attempt can still hold something, see `durably.domain.inventory.REMEMBERED`.
    """

    def __init__(self, records: StateStore, *, patience_s: float = 10.0) -> None:
        self._records = records
        self._patience_s = patience_s

    async def put(self, sku: str, quantity: int) -> bool:
        """Take an item into the stock, unless it is known; whether it was not.

        Raises:
            StateStoreError: The store could not be written or read.
        """
        while not (before := await self._records.read(_key(sku))).value:
            item = Item(sku=sku, on_hand=quantity)
            if await self._records.replace(_key(sku), before, item.model_dump_json().encode()):
                return True
        return False

    async def item(self, sku: str) -> Item | None:
        """The record of an item, or None where there is none.

        Raises:
            StateStoreError: The store could not be read.
        """
        record = await self._records.read(_key(sku))
        return Item.model_validate_json(record.value) if record.value else None

    async def reserve(self, wanted: Mapping[str, int], *, reservation_id: str, instance_id: str) -> str | None:
        """See `worker.activities.ports.Inventory`."""
        for sku, quantity in wanted.items():
            hold = Hold(reservation_id=reservation_id, instance_id=instance_id, quantity=quantity)
            item = await self._change(sku, partial(held, hold=hold))
            if item is None or not stands(item, hold):
                return shortage(sku, item, hold)
        return None

    async def release(self, skus: Iterable[str], *, reservation_id: str | None, instance_id: str) -> None:
        """See `worker.activities.ports.Inventory`."""
        for sku in skus:
            await self._change(sku, partial(released, reservation_id=reservation_id, instance_id=instance_id))

    async def sell(self, skus: Iterable[str], *, reservation_id: str) -> Handover:
        """See `worker.activities.ports.Inventory`."""
        items = {sku: await self.item(sku) for sku in skus}
        found = {sku: leaving(item, reservation_id=reservation_id) for sku, item in items.items()}
        parting = {sku: quantity for sku, quantity in found.items() if quantity is not None}
        if len(parting) < len(found):
            given_back = any(item is not None and reservation_id in item.settled for item in items.values())
            return Handover(reservation_id=reservation_id, given_back=given_back)
        for sku in parting:
            await self._change(sku, partial(sold, reservation_id=reservation_id))
        return Handover(reservation_id=reservation_id, sold=parting)

    async def _change(self, sku: str, change: Callable[[Item], Item]) -> Item | None:
        """Write what a decision makes of an item, again and again until nobody was faster; None for no such item."""
        ends = time.monotonic() + self._patience_s
        while True:
            before = await self._records.read(_key(sku))
            if not before.value:
                return None
            item = Item.model_validate_json(before.value)
            after = change(item)
            if after is item:
                return item
            if time.monotonic() > ends:  # after the read: what was settled until now is in what was read
                raise StateStoreError(f"Item {sku} was changed by others for {self._patience_s:g} s")
            if await self._records.replace(_key(sku), before, after.model_dump_json().encode()):
                return after


def _key(sku: str) -> str:
    return f"item:{sku}"
