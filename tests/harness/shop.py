"""What orders need outside the engine: the worker's own adapters, on an engine's state store and a sandbox gateway."""

from collections import Counter
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any, Final, Self

import aiohttp
from aiohttp import web

from durably.cli.gateway import PAYMENTS, add_gateway
from durably.cli.payments import Book
from durably.cli.receiver import receiving
from durably.contracts.inventory import Item
from tests.harness.ports import free_port
from worker.adapters.inventory import DaprInventory
from worker.adapters.payments import HttpPaymentGateway
from worker.adapters.records import Records
from worker.adapters.sidecar import Sidecar

STORE: Final = "statestore"


class Shop:
    """A stock and a payment gateway, as a context manager.

    Args:
        folder: Where the gateway keeps its book.
        grpc_port: Where the engine's state store is.
        timeout_s: How long the gateway may take.
        port: Where the gateway listens; by default where nobody else does.
    """

    def __init__(self, folder: Path, grpc_port: int, *, timeout_s: float = 0.5, port: int | None = None) -> None:
        self._port = port or free_port()
        self._url = f"http://127.0.0.1:{self._port}"
        self._timeout_s = timeout_s
        self._exit = AsyncExitStack()
        self.sidecar = Sidecar(host="127.0.0.1", port=grpc_port, timeout_s=5)
        self.inventory = DaprInventory(Records(self.sidecar, store=STORE))
        self.book = Book(folder / "payments.jsonl")

    async def __aenter__(self) -> Self:
        app = web.Application()
        add_gateway(app, self.book)
        self._exit.push_async_callback(self.sidecar.aclose)
        await self._exit.enter_async_context(receiving(app, port=self._port))
        self._http = await self._exit.enter_async_context(aiohttp.ClientSession(self._url))
        self.gateway = HttpPaymentGateway(self._http, url=f"{self._url}{PAYMENTS}", timeout_s=self._timeout_s)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._exit.aclose()

    async def switch(self, **switches: float) -> None:
        """Set what the gateway does wrong from now on, see `durably.cli.gateway.PaymentSwitches`; nothing, without."""
        async with self._http.put(f"{PAYMENTS}/switches", json=switches) as answer:
            assert answer.status == 200, await answer.text()

    async def item(self, sku: str) -> Item:
        """The record of an item that there is."""
        item = await self.inventory.item(sku)
        assert item is not None, f"no item {sku}"
        return item

    def payments(self, order_id: str) -> list[dict[str, Any]]:
        """Everything that the gateway has in its book for an order."""
        return [entry for entry in self.book.entries() if entry.get("order_id") == order_id]

    def charged_cents(self) -> Counter[str]:
        """What customers have paid and not got back, by order."""
        charged: Counter[str] = Counter()
        for entry in self.book.entries():
            charged[entry.get("order_id", "")] += entry["amount_cents"] if entry["status"] == "charged" else 0
        return +charged
