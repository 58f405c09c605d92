"""Somebody who orders, and what became of it."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from uuid import uuid4

from durably.contracts.instances import InstanceView
from durably.contracts.names import ORDER_PROCESSING
from tests.harness.waiting import until
from tests.workflows.conftest import Clocked
from worker.adapters.records import Records

LARGE: Final = 10_001
"""One cent above the limit of `tests.harness.outside.POLICIES`."""


class Customer:
    """Someone who orders one kind of item, of which there are ten."""

    def __init__(self, clocked: Clocked) -> None:
        self.clocked = clocked
        self.shop = clocked.shop
        self.order_id = uuid4().hex[:8]
        self.instance_id = f"order-{self.order_id}"
        self.sku = f"apple-{self.order_id}"

    async def place(self, *, quantity: int = 3, cents: int = 250, **more: Any) -> str:
        """Place the order."""
        lines = [{"sku": self.sku, "quantity": quantity, "unit_price_cents": cents}]
        order = {"order_id": self.order_id, "customer": "ada", "lines": lines, "currency": "EUR"} | more
        await self.clocked.runner.start(ORDER_PROCESSING, order, instance_id=self.instance_id)
        return self.instance_id

    async def ended(self, status: str) -> str:
        """The message of the result, once the order has ended in this way."""
        output = (await self.clocked.ended(self.instance_id)).output
        assert (output["order_id"], output["status"]) == (self.order_id, status), output
        self.payment_id = output["payment_id"]
        return str(output["message"])

    async def shows(self, custom_status: str) -> InstanceView:
        """The instance, once its custom status is this one."""

        async def look() -> InstanceView:
            return await self.clocked.runner.client.get(self.instance_id)

        what = f"{self.instance_id} is {custom_status}"
        return await until(look, what=what, holds=lambda view: view.custom_status == custom_status)

    async def fails(self, activity: str, *, times: int = 1) -> None:
        """Return once an activity has failed so often."""
        events = self.clocked.runner.events

        async def look() -> int:
            ids = {e.event_id for e in await events(self.instance_id, "taskScheduled") if e.name == activity}
            return sum(e.scheduled_id in ids for e in await events(self.instance_id, "taskFailed"))

        await until(look, what=f"{activity} failed {times} times", holds=lambda seen: seen >= times)

    async def is_paying(self) -> None:
        """Return while the payment is under way; the gateway has to be slow."""

        async def look() -> bool:
            return "process_payment" in await self.activities()

        await until(look, what="the payment is under way")

    async def keeps_failing(self, activity: str, *, times: int) -> None:
        """Return once an activity has failed so often; what it waits for in between has passed."""
        for failed in range(1, times + 1):
            await self.fails(activity, times=failed)
            if failed < times:
                self.clocked.advance(minutes=15)

    @contextmanager
    def no_stock(self) -> Iterator[None]:
        """While the context lasts, the state store of the stock cannot be reached."""
        inventory = self.shop.inventory
        working, inventory._records = inventory._records, Records(self.shop.sidecar, store="nowhere")
        try:
            yield
        finally:
            inventory._records = working

    async def activities(self) -> list[str]:
        """The activities that were called, each time that they were."""
        return [str(e.name) for e in await self.clocked.runner.events(self.instance_id, "taskScheduled")]

    async def stock(self) -> tuple[int, int]:
        """How many there are, and how many of them are held."""
        item = await self.shop.item(self.sku)
        return item.on_hand, sum(hold.quantity for hold in item.holds)

    def book(self) -> list[tuple[int, str]]:
        """What the gateway has in its book for the order."""
        return [(entry["amount_cents"], entry["status"]) for entry in self.shop.payments(self.order_id)]

    async def rerun(self, activity: str, **given: Any) -> Any:
        """The result of a rerun from an activity, with a `payload` of its own if there is one."""
        runner = self.clocked.runner
        scheduled = await runner.events(self.instance_id, "taskScheduled")
        begin = next(event.event_id for event in scheduled if event.name == activity)
        again = await runner.client.rerun(self.instance_id, from_event=begin, **given)
        view = await self.clocked.ended(again)
        return view.output or view.failure
