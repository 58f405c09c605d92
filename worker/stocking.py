import asyncio
from collections.abc import Mapping
from typing import Any, Final, Protocol

import structlog

from durably.authoring.ports import StateStoreError

_PAUSE_S: Final = 1.0


class Shelf(Protocol):
    """The part of `worker.adapters.inventory.DaprInventory` that is needed to fill it; see there."""

    async def put(self, sku: str, quantity: int) -> bool:
        """Take an item into the stock, unless it is known."""


class Stocking:
    """Takes the configured items into the stock, once each: what is known already stays as it is.

    Args:
        inventory: The stock.
        quantities: How many there are of each item.
    """

    def __init__(self, inventory: Shelf, quantities: Mapping[str, int]) -> None:
        self._inventory = inventory
        self._quantities = quantities
        self._log: Any = structlog.get_logger()

    async def run(self) -> None:
        """Return once every item is known; a store that is away is waited for."""
        missing = dict(self._quantities)
        while missing:
            sku, quantity = next(iter(missing.items()))
            try:
                if await self._inventory.put(sku, quantity):
                    self._log.info("item_stocked", sku=sku, quantity=quantity)
                del missing[sku]
            except StateStoreError as error:
                self._log.debug("stocking_delayed", sku=sku, error=str(error))
                await asyncio.sleep(_PAUSE_S)
