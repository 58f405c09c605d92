"""Orders in flight, and the evidence that a crash lost none, charged nobody twice and held nothing twice.

Beside the engine's histories and the worker's log, the evidence is held against the stock in the state store and the
book of the payment gateway, which is never killed.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

from durably.contracts.instances import InstanceView
from durably.contracts.names import (
    CONFIRM_ORDER,
    PROCESS_PAYMENT,
    RELEASE_INVENTORY,
    RESERVE_INVENTORY,
    VALIDATE_ORDER,
)
from tests.harness.flight import Flight, InFlight
from tests.harness.shop import Shop
from tests.harness.stack import Stack

ACTIVITIES: Final = (VALIDATE_ORDER, RESERVE_INVENTORY, PROCESS_PAYMENT, CONFIRM_ORDER, RELEASE_INVENTORY)
APPROVER: Final = "orders"
"""As `worker.packages.settings` has it, like the limit."""

DECLINED: Final = 2
_LIMIT_CENTS: Final = 100_000
_PLENTY: Final = 1_000
_SCARCE: Final = 2
_KINDS: Final = ("plain", "scarce", "large", "plain")


class Purchases(Flight):
    """Orders of several kinds on a stack whose activities take a while, as a context manager.

    Every other one is plain; of the others one half wants an item of which there are two, and one half waits for an
    approval. The gateway declines the first two charges, and never answers the third, which it makes.

    Args:
        stack: A stack that runs.
        shop: The stock of its state store, and the gateway that its worker was told of.
    """

    def __init__(self, stack: Stack, shop: Shop) -> None:
        super().__init__(stack)
        self._shop = shop
        self._apple, self._last = f"apple-{self.run}", f"last-{self.run}"

    async def open(self) -> None:
        """Fill the shelves, and set the gateway's switches."""
        await self._shop.inventory.put(self._apple, _PLENTY)
        await self._shop.inventory.put(self._last, _SCARCE)
        await self._shop.switch(decline=DECLINED, timeout_after_charge=1)

    async def place(self) -> None:
        """Place one more order."""
        await self.start("/orders", self._body(len(self.instances)))

    async def place_again(self) -> None:
        """Place every order once more, as a client does that has heard no answer; it changes nothing."""
        answers = await asyncio.gather(*(self.post("/orders", self._body(n)) for n in range(len(self.instances))))
        assert set(answers) == {202}, answers

    def is_hard(self) -> bool:
        """Whether a crash now would prove something: in flight at every activity, and one charge without a record."""
        lost = self.in_flight()
        return lost.activities >= set(ACTIVITIES) and bool(self.charged_without_record(lost))

    def charged_without_record(self, lost: InFlight) -> list[str]:
        """The orders that were charged while their payment is in flight. Ask at the crash."""
        charged, paying = self._shop.charged_cents(), lost.of(PROCESS_PAYMENT)
        return [i for n, i in enumerate(self.instances) if i in paying and self._id(n) in charged]

    async def decide(self) -> None:
        """Approve and reject the large orders in turn, everything twice; the second vote is refused."""
        await asyncio.gather(
            *(self.vote_twice(self.instances[n], APPROVER, approve=self._is_approved(n)) for n in self._large)
        )

    async def balance(self, ended: Mapping[str, InstanceView]) -> None:
        """Assert that what left the stock and what was paid is what confirmed orders say, and nothing else is."""
        confirmed = [n for n, instance_id in enumerate(self.instances) if _status(ended[instance_id]) == "confirmed"]
        sold: Counter[str] = Counter()
        for number in confirmed:
            sold.update(dict(self._wants(number)))
        for sku, there in ((self._apple, _PLENTY), (self._last, _SCARCE)):
            item = await self._shop.item(sku)
            assert (item.on_hand, item.holds) == (there - sold[sku], ()), f"{len(confirmed)} confirmed: {item}"
        charged = {order: cents for order, cents in self._shop.charged_cents().items() if order.startswith(self.run)}
        assert charged == {self._id(n): self._price(n) * sum(q for _, q in self._wants(n)) for n in confirmed}

    def ended_as_they_should(self, ended: Mapping[str, InstanceView]) -> None:
        """Assert that each order ended as its kind and the gateway say, and that each was charged under one key."""
        declined = 0
        for number, instance_id in enumerate(self.instances):
            status, payments = _status(ended[instance_id]), self._shop.payments(self._id(number))
            assert len(payments) <= 1, f"{instance_id} was charged {len(payments)} times: {payments}"
            said = payments[0]["status"] if payments else "never asked"
            assert status == {"charged": "confirmed", "declined": "cancelled", "never asked": "rejected"}[said], said
            declined += said == "declined"
            if number in self._large:
                assert (status != "rejected") is self._is_approved(number), ended[instance_id]
            elif status == "rejected":
                assert _KINDS[number % len(_KINDS)] == "scarce", ended[instance_id]
        assert declined == DECLINED

    def was_found_and_not_charged_again(self) -> None:
        """Assert that the charge which the gateway never answered was asked for again, and stands."""
        unanswered = self._charges[DECLINED]
        instance_id = f"order-{unanswered['order_id']}"
        asked = [e for e in self.executions() if (e.instance_id, e.activity) == (instance_id, PROCESS_PAYMENT)]
        assert len(asked) > 1, asked
        assert unanswered["status"] == "charged"

    @property
    def _charges(self) -> list[dict[str, Any]]:
        return [entry for entry in self._shop.book.entries() if entry["order_id"].startswith(self.run)]

    @property
    def _large(self) -> range:
        return range(_KINDS.index("large"), len(self.instances), len(_KINDS))

    def _is_approved(self, number: int) -> bool:
        return number % (2 * len(_KINDS)) == _KINDS.index("large")

    def _wants(self, number: int) -> list[tuple[str, int]]:
        scarce = _KINDS[number % len(_KINDS)] == "scarce"
        return [(self._apple, 1 + number % 3), *([(self._last, 1)] if scarce else [])]

    def _body(self, number: int) -> dict[str, Any]:
        lines = [{"sku": sku, "quantity": n, "unit_price_cents": self._price(number)} for sku, n in self._wants(number)]
        return {"order_id": self._id(number), "customer": "ada", "lines": lines, "currency": "EUR"}

    def _price(self, number: int) -> int:
        return _LIMIT_CENTS + 1 if _KINDS[number % len(_KINDS)] == "large" else 250

    def _id(self, number: int) -> str:
        return f"{self.run}-{number}"


def _status(view: InstanceView) -> str:
    status: str = view.output["status"]
    return status
